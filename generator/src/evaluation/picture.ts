import { EvaluationError } from './errors.ts';

/** A picture as metrics see it: f32 [C,H,W], planes one after another, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** C·height·width numbers. */
  readonly data: Float32Array;
}

/** Channels of two pictures of one shape. */
export function commonChannels(metric: string, a: Picture, b: Picture): number {
  const channels = a.data.length / (a.width * a.height);
  if (a.width !== b.width || a.height !== b.height || a.data.length !== b.data.length)
    throw new EvaluationError(
      `${metric}: expected two pictures of one shape, got ${a.data.length} numbers at ${a.width}×${a.height} and ` +
        `${b.data.length} at ${b.width}×${b.height}`,
    );
  if (!Number.isInteger(channels) || channels < 1)
    throw new EvaluationError(`${metric}: expected [C,${a.height},${a.width}], got ${a.data.length} numbers`);
  return channels;
}

/** A pixel belongs to a mask where its coverage is above this. */
export const MASK_THRESHOLD = 0.5;

/**
 * Indices of the pixels that count: all, or those that a mask f32 [H,W] of coverage 0..1 holds.
 *
 * @throws EvaluationError where the mask has another size, or holds no pixel
 */
export function countedPixels(metric: string, size: number, mask?: ArrayLike<number>): Uint32Array {
  if (mask && mask.length !== size)
    throw new EvaluationError(`${metric}: expected a mask of ${size} pixels, got ${mask.length}`);
  const pixels: number[] = [];
  for (let k = 0; k < size; k++) if (!mask || mask[k]! > MASK_THRESHOLD) pixels.push(k);
  if (pixels.length === 0)
    throw new EvaluationError(`${metric}: expected a mask that holds pixels, got none`);
  return Uint32Array.from(pixels);
}
