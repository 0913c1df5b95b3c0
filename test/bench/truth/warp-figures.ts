import { psnr } from '../../../generator/src/evaluation/index.ts';
import { FOCAL } from './pictures.ts';
import type { SweepPlan } from './plan.ts';
import type { Sweep } from './sweeps.ts';
import type { SweepAnswer } from './system.ts';
import { motionOfPose, orbit, warpByMotion } from './warp.ts';

/** One source warped to one target, in decibels inside the target's true mask. */
export interface WarpedPair {
  readonly target: number;
  readonly warped: number;
  readonly unwarped: number;
}

/**
 * Warps the plan's pairs by a system's own depth and yaw. All pixels of the target's true mask count, hidden and
 * out-of-frame ones too: a set of pixels that followed from the system's own depth could be chosen to please.
 */
export function warpPairs(
  { views }: Sweep,
  { pairs }: SweepPlan,
  { byView, poses }: SweepAnswer,
): WarpedPair[] {
  return pairs.map(([source, target], k) => {
    const [from, to] = [views[source]!, views[target]!];
    const [ownFrom, ownTo] = [byView.get(source)!, byView.get(target)!];
    const motion = poses ? motionOfPose(poses[k]!) : orbit(ownFrom.yaw - ownTo.yaw);
    const { image } = warpByMotion(from.image, ownTo.depth, motion, FOCAL);
    return {
      target,
      warped: psnr(image, to.image, to.mask),
      unwarped: psnr(from.image, to.image, to.mask),
    };
  });
}
