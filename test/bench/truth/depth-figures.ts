import { MASK_THRESHOLD, median, PairMoments } from '../../../generator/src/evaluation/index.ts';
import type { SweepView } from './sweeps.ts';

/** One view's depth against the truth inside the mask. */
export interface DepthView {
  /** Pairs (own, true). */
  readonly moments: PairMoments;
  /** Farthest less nearest true depth inside the mask. */
  readonly range: number;
}

/** Compares one view's depth, f32 [R,R], with the truth inside the mask. */
export function compareDepth(own: ArrayLike<number>, { depth, mask }: SweepView): DepthView {
  const moments = new PairMoments();
  let near = Number.POSITIVE_INFINITY;
  let far = 0;
  for (let k = 0; k < depth.length; k++) {
    const truth = depth[k]!;
    if (!(mask[k]! > MASK_THRESHOLD && truth > 0)) continue;
    moments.add(own[k]!, truth);
    near = Math.min(near, truth);
    far = Math.max(far, truth);
  }
  return { moments, range: far - near };
}

export interface DepthFigures {
  /** Median over views of Pearson's correlation of raw depth; a flat view counts as 0. */
  readonly pearson: number;
  /** Median over views of RMS ÷ that head's true range in that view, after the scale and offset. */
  readonly rms: number;
  /** truth ≈ scale·own + offset, one for all views. */
  readonly scale: number;
  readonly offset: number;
  /** Of each view, in the order given. */
  readonly perView: readonly { readonly pearson: number; readonly rms: number }[];
}

/** Depth of many views, after one global scale and offset (least squares over all pixels of all views). */
export function depthFigures(views: readonly DepthView[]): DepthFigures {
  const all = new PairMoments();
  for (const { moments } of views) all.merge(moments);
  const line = all.fitLine();
  const perView = views.map(({ moments, range }) => ({
    pearson: moments.pearson() || 0,
    rms: moments.rms(line) / range,
  }));
  return {
    pearson: median(perView.map(({ pearson }) => pearson)),
    rms: median(perView.map(({ rms }) => rms)),
    ...line,
    perView,
  };
}
