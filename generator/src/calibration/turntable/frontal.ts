import type { Runtime } from '../../graph/index.ts';
import { readViews, type SweepSet } from '../sweep-set.ts';
import type { TurntableGeometry } from './job.ts';
import { openWarpErrors, type WarpErrors, type WarpRow } from './warp-errors.ts';

/** Where a subject faces the camera. */
export interface Frontal {
  /** Radians, in the geometry's own yaws: the yaw of the view that is its own mirror image. */
  readonly yaw: number;
  /** Mean photometric error of the mirror there, 0..1. */
  readonly error: number;
  /** That error ÷ the median over the yaws that were tried: near 1 nothing is symmetric. */
  readonly contrast: number;
}

/** Share of the whole turn, to each side of its middle, within which the frontal view is looked for: nearer to an end
 *  hardly any view has a partner on the other side. */
const REACH = 0.3;
/** Radians from one try to the next: coarse, then around the best one. */
const COARSE = Math.PI / 60;
const FINE = Math.PI / 180;
/** Radians by which a view may be warped onto its partner. */
const LARGEST_TURN = Math.PI / 9;
/** Share of the whole turn, to each side of a try, whose views are compared: the same for all, as profiles fit worse. */
const COMPARED = 0.5 - REACH;

/**
 * Finds the yaw at which a subject is its own mirror image: the views to one side of it, mirrored and warped by their
 * depth, must look like the views to the other side.
 * @param focal half-widths
 */
export async function findFrontal(
  runtime: Runtime,
  set: SweepSet,
  geometry: TurntableGeometry,
  focal: number,
): Promise<Frontal> {
  const { yaws } = geometry;
  const warps = await openWarpErrors(runtime, set.side, focal);
  const errors = new Map<number, number>();
  const attempt = async (yaw: number) => {
    if (!errors.has(yaw)) errors.set(yaw, await mirrorError(warps, set, geometry, yaw));
  };
  const best = () => [...errors].reduce((a, b) => (b[1] < a[1] ? b : a))[0];
  try {
    const reach = Math.abs(yaws.at(-1)! - yaws[0]!) * REACH;
    for (let k = 0; k * COARSE <= reach; k++)
      for (const sign of [1, -1]) await attempt(sign * k * COARSE || 0);
    const median = [...errors.values()].sort((a, b) => a - b)[errors.size >> 1]!;
    const coarse = best();
    for (let k = 1; k * FINE < COARSE; k++)
      for (const sign of [1, -1]) await attempt(coarse + sign * k * FINE);
    return { yaw: best(), error: errors.get(best())!, contrast: errors.get(best())! / median };
  } finally {
    await warps.release();
  }
}

/** Mean error of views against their mirrored partners, were the subject frontal at this yaw. */
async function mirrorError(
  warps: WarpErrors,
  set: SweepSet,
  { yaws, depths }: TurntableGeometry,
  frontal: number,
): Promise<number> {
  const rows: WarpRow[] = [];
  const near = Math.abs(yaws.at(-1)! - yaws[0]!) * COMPARED;
  for (let view = 0; view < set.views; view++) {
    if (Math.abs(yaws[view]! - frontal) > near) continue;
    const turnOf = (partner: number) => 2 * frontal - yaws[partner]! - yaws[view]!;
    const partner = Array.from(yaws, (_, k) => k).reduce((a, b) =>
      Math.abs(turnOf(b)) < Math.abs(turnOf(a)) ? b : a,
    );
    if (Math.abs(turnOf(partner)) > LARGEST_TURN) continue;
    const one = readViews(set, [{ subject: 0, view, mirrored: false }]);
    const other = readViews(set, [{ subject: 0, view: partner, mirrored: true }]);
    rows.push({
      target: one.image,
      mask: one.mask,
      depth: depths[view]!,
      source: other.image,
      turn: turnOf(partner),
    });
  }
  if (rows.length === 0) return Number.POSITIVE_INFINITY;
  const errors = await warps.measure(rows);
  return errors.reduce((a, b) => a + b) / errors.length;
}
