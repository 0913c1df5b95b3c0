import { smooth } from './smooth.ts';

/** Focal length in half widths: a field of view of 12.4°. Narrow, as for portraits; a blob's warp hardly depends on it. */
const FOCAL_LENGTH = 9.21;

/** Smoothing that turns the mask into a blob, pixels at 64²: a tenth of the picture. */
const BLUR = 6.7;

/** Depth of the backdrop and the most that the subject stands out from it (calibration.md); the pivot is at 1. */
const [FAR, RELIEF] = [1.04, 0.11];

/** A picture with a guess at its shape. */
export interface BlobView {
  readonly size: number;
  /** f32 [3,S,S] */
  readonly image: Float32Array;
  /** f32 [S,S], 0 or 1 */
  readonly mask: Float32Array;
  /** f32 [S,S], distance along the optical axis: 1.04 − .11·blurred mask */
  readonly depth: Float32Array;
}

/**
 * The convex blob of a picture: faces bulge towards the viewer, whatever else is not known.
 * @param image f32 [3,S,S]
 * @param mask  f32 [S,S], 0 or 1
 */
export function blobView(image: Float32Array, mask: Float32Array, size: number): BlobView {
  const depth = smooth(mask, size, BLUR).map((share) => FAR - RELIEF * share);
  return { size, image, mask, depth };
}

/** A sum of absolute differences and how many numbers went into it. */
export interface WarpError {
  readonly sum: number;
  readonly count: number;
}

/**
 * Warps `source` into the camera of `target` and compares, over the target's mask and inside the frame.
 * A point p about the pivot at the target's yaw lies at x' = cos·x − sin·z, z' = sin·x + cos·z at the source's
 * (architecture.md: the camera; inverse of a turn by `yaw`).
 * @param yaw radians from the source's yaw to the target's
 */
export function warpError(target: BlobView, source: BlobView, yaw: number): WarpError {
  const { size, mask, depth } = target;
  const area = size * size;
  const half = size / 2;
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  let sum = 0;
  let count = 0;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const i = row * size + column;
      if (mask[i] === 0) continue;
      const distance = depth[i]!;
      const x = (((column + 0.5) / half - 1) * distance) / FOCAL_LENGTH;
      const y = (((row + 0.5) / half - 1) * distance) / FOCAL_LENGTH;
      const z = 1 - distance;
      const scale = (FOCAL_LENGTH * half) / (1 - (sin * x + cos * z));
      const u = (cos * x - sin * z) * scale + half - 0.5;
      const v = y * scale + half - 0.5;
      const [left, top] = [Math.floor(u), Math.floor(v)];
      if (left < 0 || top < 0 || left >= size - 1 || top >= size - 1) continue;
      const [a, b] = [u - left, v - top];
      for (let k = top * size + left, j = i; j < 3 * area; k += area, j += area) {
        const upper = (1 - a) * source.image[k]! + a * source.image[k + 1]!;
        const lower = (1 - a) * source.image[k + size]! + a * source.image[k + size + 1]!;
        sum += Math.abs(target.image[j]! - (1 - b) * upper - b * lower);
      }
      count += 3;
    }
  return { sum, count };
}
