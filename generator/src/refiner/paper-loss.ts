import { type RigidMotion, warp } from '../calibration/warp/index.ts';
import { mean, mul, sub, sum, type Value } from '../graph/index.ts';
import { type RefinerLoss, weightedLoss } from './weighted-loss.ts';

/** The paper's losses, eq. 4–8. λ_reg is in `latent` and `feature`; λ_feat is `feature` ÷ `latent`. 0 leaves one out. */
export interface PaperLossOptions {
  readonly kind: 'paper';
  readonly warp: number;
  readonly latent: number;
  readonly feature: number;
  /** Squared norms as written, or means over their elements. */
  readonly reduction: 'norm' | 'mean';
}

/** R views, each with its source. */
export interface PaperPairs {
  /** f32 [R,L,D]: ŵ₊ and w. */
  readonly refined: Value;
  readonly source: Value;
  /** f32 [R,3,S,S]: G(ŵ₊) and G(w), RGB −1..1. */
  readonly image: Value;
  readonly sourceImage: Value;
  /** f32 [R,1,S,S]: d_w, in the unit of the motions' translations. */
  readonly sourceDepth: Value;
  /** T: takes a point in w's camera to ŵ's. */
  readonly motion: RigidMotion;
  /** f32 [R,C,·,·]: F_G(ŵ₊) and F_G(w). */
  readonly features: Value;
  readonly sourceFeatures: Value;
  /** Half-widths. */
  readonly focal: number;
}

/**
 * Eq. 4–8: ‖Warp(G(ŵ₊), d_w, T) − G(w)‖² + ‖ŵ₊ − w‖² + ‖F_G(ŵ₊) − F_G(w)‖². Norms are taken of each view and then
 * averaged over views; the warp's over all of the picture, as written: what falls outside repeats the border.
 * @returns the sum and `warp`, `latent`, `feature`, each float32 []
 */
export function paperLoss(pairs: PaperPairs, options: PaperLossOptions): RefinerLoss {
  const { image, sourceImage, sourceDepth, motion, focal } = pairs;
  const size = options.reduction === 'norm' ? squaredNorm : meanSquare;
  const warped = warp({ image, depth: sourceDepth, motion, focal });
  return weightedLoss(
    {
      warp: size(sub(warped.image, sourceImage)),
      latent: size(sub(pairs.refined, pairs.source)),
      feature: size(sub(pairs.features, pairs.sourceFeatures)),
    },
    options,
  );
}

const meanSquare = (x: Value): Value => mean(mul(x, x));

/** Σx² of each row, averaged over rows. */
const squaredNorm = (x: Value): Value => mul(sum(mul(x, x)), 1 / (x.shape[0] as number));
