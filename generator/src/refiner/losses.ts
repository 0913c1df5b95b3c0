import { photometricError, weightedMean } from '../calibration/photometric.ts';
import { warp, yawOrbit } from '../calibration/warp/index.ts';
import {
  abs,
  add,
  cast,
  concat,
  detach,
  gather,
  greater,
  mean,
  mul,
  reshape,
  slice,
  sub,
  type Value,
} from '../graph/index.ts';
import { type RefinerLoss, weightedLoss } from './weighted-loss.ts';

/** Pictures, what lies in them, and from where they are seen. */
export interface SeenViews {
  /** f32 [N,3,S,S], RGB −1..1 */
  readonly image: Value;
  /** f32 [N,1,S,S], 1 on the subject */
  readonly mask: Value;
  /** f32 [N,1,S,S], pivot at 1 */
  readonly depth: Value;
  /** f32 [N], radians in the nets' own scale */
  readonly yaw: Value;
}

/** What a step of the refiner makes, and what it is held against. R views of B subjects. */
export interface RefinedBatch {
  /** ŵ₊ − ŵ in whitened coordinates, on the layers that the refiner changes: f32 [R,T,K] */
  readonly change: Value;
  /** G(ŵ₊), at the yaws that were asked for. Depth and mask carry no gradient. */
  readonly views: SeenViews;
  /** G(w), frontal, kept as it is: one a subject. */
  readonly sources: SeenViews;
  /** f32 [R], what the pose net reads off the views less what was asked for, radians in its own scale */
  readonly yawError: Value;
}

/** Which view is warped to which, by place among the views and then the sources: int64 [P] each. */
export interface RefinerPairs {
  readonly target: Value;
  readonly source: Value;
  /** Rows: views warped to their sources, then sources warped to their views, then neighbours. */
  readonly counts: { readonly front: number; readonly back: number; readonly neighbours: number };
}

/** Weights of `turnaround`'s losses; 0 leaves one out. */
export interface AgreementLossOptions {
  readonly kind: 'agreement';
  /** View warped to the source. */
  readonly front: number;
  /** Source warped to the view. */
  readonly back: number;
  /** Neighbouring views warped to each other. */
  readonly neighbours: number;
  /** ŵ₊ held to ŵ, whitened mean square. */
  readonly latent: number;
  /** |own yaw − asked|, radians. */
  readonly pose: number;
}

/** A surface this much behind what the other view sees there is hidden from it. */
const OCCLUSION = 0.025;

/**
 * Views agree with the source and with each other, warped both ways, with what is hidden left out. The latents stay
 * near ŵ and not near w, and the pose net holds each view at the yaw that was asked for: both keep the subject turning,
 * which the warps alone undo (refiner.md, part 3: slope .75).
 * @param focal half-widths
 */
export function agreementLoss(
  batch: RefinedBatch,
  pairs: RefinerPairs,
  focal: number,
  options: AgreementLossOptions,
): RefinerLoss {
  const { error, weight } = warpErrors(batch, pairs, focal);
  const { front, back, neighbours } = pairs.counts;
  const rows = (from: number, count: number): Value =>
    weightedMean(slice(error, 0, from, from + count), slice(weight, 0, from, from + count));
  const parts = {
    front: rows(0, front),
    back: rows(front, back),
    neighbours: rows(front + back, neighbours),
    latent: mean(mul(batch.change, batch.change)),
    pose: mean(abs(batch.yawError)),
  };
  return weightedLoss(parts, options);
}

/** The photometric error of every pair, and where it counts: f32 [P,1,S,S] each. */
function warpErrors(batch: RefinedBatch, pairs: RefinerPairs, focal: number) {
  const { warped, image, mask, seenDepth, valid, depth } = warpPairs(batch, pairs, focal);
  const hidden = cast(greater(detach(depth), add(detach(seenDepth), OCCLUSION)), 'float32');
  return {
    error: photometricError(warped, image),
    weight: detach(mul(mul(mask, valid), sub(1, hidden))),
  };
}

/** Row p: what `source[p]` looks like from `target[p]`, by the depth of the target. */
function warpPairs({ views, sources }: RefinedBatch, pairs: RefinerPairs, focal: number) {
  const all = (of: (seen: SeenViews) => Value): Value => concat([of(views), of(sources)], 0);
  const images = all(({ image }) => image);
  // Apart from the pictures, so that no gradient is made for them.
  const depths = detach(all(({ depth }) => depth));
  const yaws = all(({ yaw }) => yaw);
  const turn = sub(gather(yaws, pairs.source, 0), gather(yaws, pairs.target, 0));
  const warped = warp({
    image: gather(images, pairs.source, 0),
    beside: gather(depths, pairs.source, 0),
    depth: gather(depths, pairs.target, 0),
    motion: yawOrbit(reshape(turn, [turn.shape[0]!])),
    focal,
  });
  return {
    warped: warped.image,
    seenDepth: warped.beside!,
    valid: warped.valid,
    depth: warped.depth,
    image: gather(images, pairs.target, 0),
    mask: gather(detach(all(({ mask }) => mask)), pairs.target, 0),
  };
}
