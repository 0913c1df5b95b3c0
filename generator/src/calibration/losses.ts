import {
  abs,
  add,
  cast,
  clip,
  concat,
  detach,
  flip,
  type Graph,
  gather,
  greater,
  less,
  mean,
  min,
  mul,
  neg,
  reduceMin,
  reshape,
  slice,
  sub,
  type Value,
} from '../graph/index.ts';
import { photometricError, smoothness, weightedMean } from './photometric.ts';
import { warp, yawOrbit } from './warp/index.ts';

/** What a batch's pictures are and what the nets make of them. */
export interface CalibrationViews {
  /** f32 [B,3,S,S], RGB −1..1 */
  readonly image: Value;
  /** f32 [B,1,S,S], 1 on the subject */
  readonly mask: Value;
  /** f32 [B,1,S,S], pivot at 1 */
  readonly depth: Value;
  /** f32 [B], radians */
  readonly yaw: Value;
}

/** Which view is warped to which: row p reads view `source[p]` at the pixels of view `target[p]`. */
export interface CalibrationPairs {
  /** int64 [P], 0..B−1 */
  readonly target: Value;
  /** int64 [P], 0..2B−1; B and beyond are the mirror images, with mirrored depth and negated yaw */
  readonly source: Value;
  /** f32 [P], weight among pairs of different views */
  readonly pairWeight: Value;
  /** f32 [P], weight among pairs with a mirror image */
  readonly mirrorWeight: Value;
}

/** A step's pairs as graph inputs. @param rows P */
export const pairInputs = (graph: Graph, rows: number): CalibrationPairs => ({
  target: graph.input('target', 'int64', [rows]),
  source: graph.input('source', 'int64', [rows]),
  pairWeight: graph.input('pairWeight', 'float32', [rows]),
  mirrorWeight: graph.input('mirrorWeight', 'float32', [rows]),
});

export interface CalibrationLossOptions {
  /** Focal length in half-widths. */
  readonly focal: number;
  readonly pairs: number;
  readonly mirrors: number;
  readonly smoothness: number;
  readonly disagreement: number;
  /** Weight of pixels that leave the subject. */
  readonly outside: number;
  /** Best source of a pixel, among the rows of one target (which must stand together), or the mean over all. */
  readonly reduction: 'mean' | { readonly minimumOver: number };
  /** Radians; pairs further apart show too little in common. */
  readonly widest: number;
}

/** A surface this much behind what the source sees there is hidden from it. */
const OCCLUSION = 0.025;
/** Disagreement of depths that counts in full. */
const DISAGREEMENT = 0.1;

/** The loss and its parts, each float32 []. */
export interface CalibrationLoss {
  readonly loss: Value;
  readonly parts: Readonly<Record<'photo' | 'mirror' | 'smoothness' | 'disagreement' | 'outside', Value>>;
}

/**
 * Self-supervised depth and yaw: views warped onto each other must look alike (paper, eq. 3; Godard et al. 2019),
 * also onto mirror images, which are the same subject at the opposite yaw with nothing drifted.
 */
export function calibrationLoss(
  views: CalibrationViews,
  pairs: CalibrationPairs,
  options: CalibrationLossOptions,
): CalibrationLoss {
  const bundle = concat([views.image, views.mask, views.depth], 1);
  const all = concat([bundle, flip(bundle, [3])], 0);
  const yaws = concat([views.yaw, neg(views.yaw)], 0);
  const target = gather(bundle, pairs.target, 0);
  const image = slice(target, 1, 0, 3);
  const mask = slice(target, 1, 3, 4);
  const turn = sub(gather(yaws, pairs.source, 0), gather(views.yaw, pairs.target, 0));
  const warped = warp({
    image: gather(all, pairs.source, 0),
    depth: slice(target, 1, 4, 5),
    motion: yawOrbit(turn),
    focal: options.focal,
  });
  const seenDepth = slice(warped.image, 1, 4, 5);
  const hidden = cast(greater(detach(warped.depth), add(detach(seenDepth), OCCLUSION)), 'float32');
  const valid = detach(mul(mul(mask, warped.valid), sub(1, hidden)));
  const rows = turn.shape[0]!;
  const close = cast(less(abs(detach(turn)), options.widest), 'float32');
  const among = (weight: Value): Value => reshape(mul(weight, close), [rows, 1, 1, 1]);
  const pairwise = among(pairs.pairWeight);
  const mirrored = among(pairs.mirrorWeight);

  const error = photometricError(slice(warped.image, 1, 0, 3), image);
  const leaves = mul(sub(1, slice(warped.image, 1, 3, 4)), mask);
  const apart = min(mul(abs(sub(warped.depth, seenDepth)), 1 / DISAGREEMENT), 1);
  const either = clip(add(pairwise, mirrored), 0, 1);
  const parts = {
    photo:
      options.reduction === 'mean'
        ? weightedMean(error, mul(valid, pairwise))
        : bestSource(error, mul(valid, pairwise), options.reduction.minimumOver),
    mirror: weightedMean(error, mul(valid, mirrored)),
    smoothness: smoothness(views.depth, views.image),
    disagreement: weightedMean(apart, mul(valid, either)),
    outside: weightedMean(leaves, mul(mask, either)),
  };
  const loss = [
    mul(parts.photo, options.pairs),
    mul(parts.mirror, options.mirrors),
    mul(parts.smoothness, options.smoothness),
    mul(parts.disagreement, options.disagreement),
    mul(parts.outside, options.outside),
  ].reduce((a, b) => add(a, b));
  return { loss, parts };
}

/** Larger than any photometric error: a source that does not see the pixel is never the best. */
const UNSEEN = 10;

/** Mean over pixels of the least error among each target's sources. @param error f32 [T·k,1,S,S], rows of a target together */
function bestSource(error: Value, weight: Value, sources: number): Value {
  const [rows, , height, width] = error.shape as [number, number, number, number];
  const shape = [rows / sources, sources, height, width];
  const seen = cast(greater(weight, 0), 'float32');
  const masked = reshape(add(mul(error, seen), mul(sub(1, seen), UNSEEN)), shape);
  const least = reduceMin(masked, [1]);
  return weightedMean(least, cast(less(detach(least), UNSEEN / 2), 'float32'));
}

/** What the nets are first led to, for a few steps: a convex head that turns the right way. */
export interface WarmUp {
  /** f32 [B,1,S,S]: a convex blob, 1.04 − 0.11·blurred mask */
  readonly depth: Value;
  /** f32 [B], radians */
  readonly yaw: Value;
}

/** Distance from the warm-up's depth and yaw, in tenths of depth and of radians. */
export function warmUpLoss({ depth, yaw }: CalibrationViews, goal: WarmUp): Value {
  return add(mul(mean(abs(sub(depth, goal.depth))), 10), mean(abs(sub(yaw, goal.yaw))));
}
