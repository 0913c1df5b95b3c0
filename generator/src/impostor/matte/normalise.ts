import type { RgbImage } from '../image.ts';
import { resample } from './resample.ts';

/** How a model wants its colours: a named way, or the mean and deviation to take from colours of 0..1. */
export type Normalisation =
  | 'imagenet'
  | '0..1'
  | '-1..1'
  | {
      readonly mean: readonly [number, number, number];
      readonly deviation: readonly [number, number, number];
    };

const NORMALISATIONS = {
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  '0..1': { mean: [0, 0, 0], deviation: [1, 1, 1] },
  '-1..1': { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
} as const;

/** A picture at a model's size and in its colours. @returns f32 [3,height,width] */
export function normalise(
  view: RgbImage,
  width: number,
  height: number,
  normalisation: Normalisation,
): Float32Array {
  const { mean, deviation } =
    typeof normalisation === 'string' ? NORMALISATIONS[normalisation] : normalisation;
  const size = view.width * view.height;
  const out = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++) {
    const plane = view.data
      .subarray(c * size, (c + 1) * size)
      .map((x) => (Math.min(1, Math.max(-1, x)) / 2 + 0.5 - mean[c]!) / deviation[c]!);
    out.set(resample(plane, view.width, view.height, width, height), c * width * height);
  }
  return out;
}
