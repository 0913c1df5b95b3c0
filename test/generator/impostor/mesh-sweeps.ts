import { readFile } from 'node:fs/promises';
import type { DepthMap } from '../../../generator/src/impostor/depth/index.ts';
import type { RgbaImage } from '../../../generator/src/impostor/image.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { portraits } from '../../shared.ts';

/** The shared renders' camera: 14 dm from the pivot, focal length 14/1.52 half-widths, so a frame of 3.04 dm. */
export const FOCAL = 14 / 1.52;
export const FRAME_HEIGHT = 0.304;

const codec = createImageCodec();

export interface SweepDepth {
  /** Straight alpha: the true coverage. */
  readonly image: RgbaImage;
  /** 0 where there is none. */
  readonly depth: DepthMap;
  /** f32 [H,W], 0..1. */
  readonly mask: Float32Array;
}

/** A true view at a yaw (degrees, a multiple of 2.5 within ±60). */
export async function sweepDepth(subject: number, yaw: number): Promise<SweepDepth> {
  const name = String(Math.round((yaw + 60) / 2.5)).padStart(2, '0');
  const file = (ending: string): Promise<Uint8Array> =>
    readFile(portraits('sweeps', String(subject).padStart(2, '0'), `${name}${ending}`));
  const colour = await codec.decode(await file('.webp'));
  const coverage = await codec.decode(await file('.mask.png'));
  const grey = await codec.decodeGrey16(await file('.depth.png'));
  const { width, height } = colour;
  const data = new Uint8ClampedArray(colour.data);
  for (let i = 0; i < width * height; i++) data[4 * i + 3] = coverage.data[4 * i]!;
  return {
    image: { width, height, data },
    depth: { width, height, data: Float32Array.from(grey.data, (value) => value / 4000 / 14) },
    mask: Float32Array.from({ length: width * height }, (_, i) => coverage.data[4 * i]! / 255),
  };
}
