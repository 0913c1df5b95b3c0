/**
 * Smaller pictures by means of blocks: no ringing, no phase, and the judge's networks were trained on such pictures.
 */
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';

/** Pixels of one block's side. */
function blockSide(from: number, to: number): number {
  if (!Number.isInteger(from / to))
    throw new TruthError('data', `resolution: expected a divisor of ${from}, got ${to}`);
  return from / to;
}

/**
 * Means of square blocks.
 *
 * @param planes  f32 [C,S,S]
 * @param from    S, pixels of a side
 * @param to      pixels of a side afterwards: a divisor of `from`
 * @returns f32 [C,to,to]; `planes` itself where nothing changes
 */
export function blockMean(planes: Float32Array, from: number, to: number): Float32Array {
  const side = blockSide(from, to);
  if (side === 1) return planes;
  const channels = planes.length / (from * from);
  const out = new Float32Array(channels * to * to);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < from; y++)
      for (let x = 0; x < from; x++)
        out[(c * to + Math.floor(y / side)) * to + Math.floor(x / side)]! +=
          planes[(c * from + y) * from + x]! / side ** 2;
  return out;
}

/**
 * Depth at a lower resolution: the mean over those pixels of a block that show the subject, so that the backdrop's 0
 * does not pull the silhouette towards the camera.
 *
 * @param depth  f32 [S,S], 0 where there is no subject
 * @returns f32 [to,to], 0 where a block shows no subject; `depth` itself where nothing changes
 */
export function depthBlockMean(depth: Float32Array, from: number, to: number): Float32Array {
  if (blockSide(from, to) === 1) return depth;
  const sums = blockMean(depth, from, to);
  const shares = blockMean(
    depth.map((value) => (value > 0 ? 1 : 0)),
    from,
    to,
  );
  return sums.map((sum, k) => (shares[k]! > 0 ? sum / shares[k]! : 0));
}

/** A square network image at a lower resolution. */
export function imageBlockMean(image: RgbImage, to: number): RgbImage {
  if (image.width !== image.height)
    throw new TruthError('data', `image: expected a square, got ${image.width}×${image.height}`);
  return { width: to, height: to, data: blockMean(image.data, image.width, to) };
}
