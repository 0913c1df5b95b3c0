import { commonChannels, countedPixels, type Picture } from './picture.ts';

export interface PictureRange {
  /** Largest possible difference of two values: 2 for −1..1. */
  readonly range: number;
}

export const PICTURE_RANGE_DEFAULTS: PictureRange = { range: 2 };

/**
 * Mean of the squared differences of two pictures f32 [C,H,W] over channels and pixels.
 *
 * @param mask  f32 [H,W], coverage 0..1: only pixels above a half count
 * @throws EvaluationError where shapes differ or the mask is empty
 */
export function meanSquaredError(a: Picture, b: Picture, mask?: ArrayLike<number>): number {
  const channels = commonChannels('meanSquaredError', a, b);
  const size = a.width * a.height;
  const pixels = countedPixels('meanSquaredError', size, mask);
  let sum = 0;
  for (let c = 0; c < channels; c++)
    for (const pixel of pixels) sum += (a.data[c * size + pixel]! - b.data[c * size + pixel]!) ** 2;
  return sum / (channels * pixels.length);
}

/**
 * Peak signal-to-noise ratio in decibels, 10·log₁₀(range² ÷ mean squared error); infinite for equal pictures.
 *
 * @param mask  f32 [H,W], coverage 0..1: only pixels above a half count
 * @throws EvaluationError where shapes differ or the mask is empty
 */
export function psnr(
  a: Picture,
  b: Picture,
  mask?: ArrayLike<number>,
  options: Partial<PictureRange> = {},
): number {
  const { range } = { ...PICTURE_RANGE_DEFAULTS, ...options };
  return 10 * Math.log10(range ** 2 / meanSquaredError(a, b, mask));
}
