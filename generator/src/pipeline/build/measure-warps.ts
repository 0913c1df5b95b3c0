import { readViews, type SweepSet } from '../../calibration/sweep-set.ts';
import { openWarpErrors, type TurntableGeometry } from '../../calibration/turntable/index.ts';
import type { Runtime } from '../../graph/index.ts';

/** How well views explain their neighbours. */
export interface WarpFit {
  /** Mean photometric error of neighbours warped onto each other by depth and yaw, 0..1. */
  readonly warped: number;
  /** The same of neighbours left as they are. */
  readonly unwarped: number;
}

/** Warps each view's next neighbour onto it. @param focal half-widths */
export async function measureWarps(
  runtime: Runtime,
  set: SweepSet,
  { yaws, depths }: TurntableGeometry,
  focal: number,
): Promise<WarpFit> {
  const warps = await openWarpErrors(runtime, set.side, focal);
  try {
    const read = (view: number) => readViews(set, [{ subject: 0, view, mirrored: false }]);
    const pairs = Array.from({ length: set.views - 1 }, (_, view) => {
      const [one, next] = [read(view), read(view + 1)];
      const row = { target: one.image, mask: one.mask, depth: depths[view]!, source: next.image };
      return { row, turn: yaws[view + 1]! - yaws[view]! };
    });
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b) / list.length;
    return {
      warped: mean(await warps.measure(pairs.map(({ row, turn }) => ({ ...row, turn })))),
      unwarped: mean(await warps.measure(pairs.map(({ row }) => ({ ...row, turn: 0 })))),
    };
  } finally {
    await warps.release();
  }
}
