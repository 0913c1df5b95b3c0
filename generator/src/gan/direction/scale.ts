import { radians } from '@turnaround/plugin/asset';
import { type BlobView, blobView, warpError } from './blob.ts';
import { roughMask } from './mask.ts';
import { flip, lowestPoint, steps } from './mirror.ts';

/** Degrees of yaw a standard deviation that are tried (refiner.md, part 1: −40..40). */
const DEGREES: readonly number[] = steps(-40, 40, 2.5);

/** Smallest scale that is given, degrees: a step of the scan. What turns less has no scale to speak of. */
const LEAST_DEGREES = 2.5;

/** Two views of one subject and how far apart they are in x. */
export interface ViewPair {
  /** f32 [3,S,S] */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly step: number;
}

/** What a warp by a convex blob says about a direction. */
export interface BlobScale {
  /** Degrees of yaw a standard deviation; negative: x turns to the viewer's left. */
  readonly degreesPerSigma: number;
  /** Share of the pictures' difference that the best warp takes away, 0..1. */
  readonly warpGain: number;
}

/**
 * Sign, first scale, and whether anything turns at all. The blob is convex, so only the true sign brings the views
 * nearer to each other. The sign and the gain come from pairs of views along x. The scale comes from mirror pairs,
 * each view and its own mirror image (a subject at −yaw): features of a GAN stick to the pixels between near views,
 * so plain pairs give .45 of a drifting model's degrees, mirror pairs .65; both agree on a tidy one.
 * @param pairs   views .5 to 1 standard deviation apart
 * @param mirrors views and how far they are from their subject's frontal x
 * @param maskOf  where the subject is in a view, f32 [S,S], 0 or 1
 */
export function blobScale(
  pairs: readonly ViewPair[],
  mirrors: readonly { readonly view: Float32Array; readonly x: number }[],
  size: number,
  maskOf: (view: Float32Array) => Float32Array = (view) => roughMask(view, size),
): BlobScale {
  const views = new Map<Float32Array, BlobView>();
  const blob = (image: Float32Array): BlobView => {
    let view = views.get(image);
    if (!view) {
      view = blobView(image, maskOf(image), size);
      views.set(image, view);
    }
    return view;
  };
  const plain = warpErrors(
    pairs.flatMap(({ from, to, step }) => [
      { target: blob(to), source: blob(from), step },
      { target: blob(from), source: blob(to), step: -step },
    ]),
  );
  const still = plain[DEGREES.indexOf(0)]!;
  const best = lowestPoint(DEGREES, plain);
  const sign = best < 0 ? -1 : 1;
  const mirrored = warpErrors(
    mirrors.map(({ view, x }) => ({
      target: blob(view),
      source: blobView(flip(view, size), flip(blob(view).mask, size), size),
      step: 2 * x,
    })),
  );
  const onSide = DEGREES.map((degrees, k) => ({ degrees, error: mirrored[k]! })).filter(
    ({ degrees }) => degrees * sign >= 0,
  );
  const scale = lowestPoint(
    onSide.map(({ degrees }) => degrees),
    onSide.map(({ error }) => error),
  );
  return {
    degreesPerSigma: sign * Math.max(LEAST_DEGREES, Math.abs(scale)),
    warpGain: still > 0 ? 1 - Math.min(...plain) / still : 0,
  };
}

interface Warp {
  readonly target: BlobView;
  readonly source: BlobView;
  /** x from source to target. */
  readonly step: number;
}

/** Mean error over all warps for each of DEGREES. */
function warpErrors(warps: readonly Warp[]): number[] {
  return DEGREES.map((degrees) => {
    let sum = 0;
    let count = 0;
    for (const { target, source, step } of warps) {
      const error = warpError(target, source, radians(degrees * step));
      sum += error.sum;
      count += error.count;
    }
    return count > 0 ? sum / count : 0;
  });
}
