/**
 * The shared supervised judge (portraits/README.md): reads yaw, pitch, identity and depth off a picture. For measuring
 * only, never a training signal.
 */
import { existsSync, readFileSync } from 'node:fs';
import { radians } from '@turnaround/plugin/asset';
import { cosineSimilarity, mean } from '../../../generator/src/evaluation/index.ts';
import { float32, float32Data, type Runtime } from '../../../generator/src/graph/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { imageBlockMean } from './block-mean.ts';
import { TruthError } from './errors.ts';
import type { Sweep } from './sweeps.ts';

/** Pixels of a side that the judge looks at. */
export const JUDGE_RESOLUTION = 64;

const BATCH = 32;

/** What the judge says of one picture. */
export interface Reading {
  /** Radians, positive to the viewer's right. */
  readonly yaw: number;
  /** Radians, positive where the camera is raised. */
  readonly pitch: number;
  /** f32 [128], unit length: compare by cosine. */
  readonly identity: Float32Array;
  /** f32 [192], for distances between distributions. */
  readonly features: Float32Array;
  /** f32 [64,64], the pivot at 1. */
  readonly depth: Float32Array;
}

export interface SharedJudge {
  /** @param images  square, sides a multiple of 64, RGB −1..1, on a grey backdrop */
  read(images: readonly RgbImage[]): Promise<Reading[]>;
  /** Radians, positive to the viewer's right. */
  readYaw(images: readonly RgbImage[]): Promise<number[]>;
  release(): Promise<void>;
}

/**
 * Opens the judge.
 *
 * @param path  `judges/judge.onnx` of the portraits data
 * @throws TruthError `data` where the file is missing
 */
export async function openJudge(runtime: Runtime, path: string): Promise<SharedJudge> {
  if (!existsSync(path)) throw new TruthError('data', `judge: expected ${path}, found none`);
  const session = await runtime.load(new Uint8Array(readFileSync(path)));
  const readBatch = async (images: readonly RgbImage[]): Promise<Reading[]> => {
    const side = JUDGE_RESOLUTION;
    const batch = new Float32Array(images.length * 3 * side ** 2);
    images.forEach((image, k) => {
      batch.set(imageBlockMean(image, side).data, k * 3 * side ** 2);
    });
    const outputs = await session.run({ image: float32(batch, [images.length, 3, side, side]) });
    const rows = (name: string) => {
      const data = float32Data(outputs, name);
      const size = data.length / images.length;
      return images.map((_, k) => data.slice(k * size, (k + 1) * size));
    };
    const [yaw, pitch, identity, features, depth] = ['yaw', 'pitch', 'identity', 'features', 'depth'].map(
      rows,
    );
    return images.map((_, k) => ({
      yaw: radians(yaw![k]![0]!),
      pitch: radians(pitch![k]![0]!),
      identity: identity![k]!,
      features: features![k]!,
      depth: depth![k]!,
    }));
  };
  const read = async (images: readonly RgbImage[]): Promise<Reading[]> => {
    const readings: Reading[] = [];
    for (let k = 0; k < images.length; k += BATCH)
      readings.push(...(await readBatch(images.slice(k, k + BATCH))));
    return readings;
  };
  return {
    read,
    readYaw: async (images) => (await read(images)).map(({ yaw }) => yaw),
    release: () => session.release(),
  };
}

/** How far views are from looking like the same person: mean of 1 − cosine of identities to a reference, usually frontal. */
export function identityDrift(reference: Reading, views: readonly Reading[]): number {
  return mean(views.map(({ identity }) => 1 - cosineSimilarity(reference.identity, identity)));
}

/** 1 − cosine of the identities of each view and the next: a jump is a hair style that changes between them. */
export function identitySteps(views: readonly Reading[]): number[] {
  return views.slice(1).map(({ identity }, k) => 1 - cosineSimilarity(views[k]!.identity, identity));
}

/**
 * A GAN's sweep with the judge's readings in the place of truth, so that the truth test runs on it
 * (`PlanOptions.warpTolerance` must then be some degrees).
 *
 * @param images  of one subject, in the order of its sweep; larger ones are reduced to 64²
 * @param masks   f32 [64,64] each, coverage 0..1
 */
export async function judgedSweep(
  judge: SharedJudge,
  subject: number,
  images: readonly RgbImage[],
  masks: readonly Float32Array[],
): Promise<Sweep> {
  const readings = await judge.read(images);
  return {
    subject,
    views: readings.map(({ yaw, depth }, k) => {
      const mask = masks[k];
      if (mask?.length !== depth.length)
        throw new TruthError(
          'data',
          `sweep ${subject}: expected a mask [${JUDGE_RESOLUTION},${JUDGE_RESOLUTION}] for each image, got ${mask?.length ?? 'none'}`,
        );
      return { image: imageBlockMean(images[k]!, JUDGE_RESOLUTION), mask, depth, yaw };
    }),
  };
}
