import { ROUNDNESS, roundnessSums } from '../../calibration/shape-prior.ts';
import { nextView, readViews, type SweepSet } from '../../calibration/sweep-set.ts';
import { risingCurve, type YawCurve } from '../../calibration/yaw-curve.ts';
import { median, percentile } from '../../evaluation/index.ts';
import type { Platform } from '../platform.ts';
import { chainedYaw, subjectDistance } from './free-motions.ts';
import type { DepthNet, PoseNet } from './nets.ts';

/** What the nets say of a set, in their own scale of yaw. */
export interface Measured {
  /** Distance of the pivot in the depth net's unit. */
  readonly pivot: number;
  /** Of the median subject, radians over x from the frontal one. */
  readonly curve: YawCurve;
  /** Nearest and farthest depth on subjects, the pivot at 1, but for one in a hundred pixels each. */
  readonly depthRange: readonly [number, number];
  /** Whether the nets have learned to turn about the pivot: yaw rises along the direction, and heads are convex. */
  readonly turns: boolean;
  /** Relief of frontal views against that of a head: 1 where it is as deep as heads are. */
  readonly roundness: number;
}

/** Subjects that are measured, of a larger set. */
const SUBJECTS = 64;

/** Own yaw within which a view is frontal, radians; the pose net turns it less or more than truly by a third at most. */
const FRONTAL = 0.2;

/**
 * Reads a set with trained nets.
 * @param motions `orbit`: the pose net gives a picture its yaw about a pivot at 1. `free`: its motions between pictures
 *   are free and depth has a unit of its own; yaw is their sum, the pivot the middle of frontal subjects, and no such nets
 *   count as turning: nothing ties their translations and depth to an axis.
 */
export async function measureNets(
  { signal, progress }: Pick<Platform, 'signal' | 'progress'>,
  set: SweepSet,
  nets: { readonly depth: DepthNet; readonly pose: PoseNet },
  focal: number,
  motions: 'orbit' | 'free',
): Promise<Measured> {
  const count = Math.min(SUBJECTS, set.subjects);
  const area = set.side * set.side;
  const yaws: Float32Array[] = [];
  const roundness: number[] = [];
  const depths: number[] = [];
  const pivots: number[] = [];
  for (let s = 0; s < count; s++) {
    signal.throwIfAborted();
    const subject = Math.floor((s * set.subjects) / count);
    const choices = Array.from({ length: set.views }, (_, view) => ({ subject, view, mirrored: false }));
    const { image, mask } = readViews(set, choices);
    const yaw =
      motions === 'orbit'
        ? await nets.pose.yaw(image, set.views)
        : chainedYaw(
            await nets.pose.pose(image.subarray(0, -3 * area), image.subarray(3 * area), set.views - 1),
            set.places,
          );
    const next = choices.map((choice) => nextView(set, choice));
    const own = await nets.depth.depth(image, set.views, readViews(set, next).image);
    const frontal = Array.from(yaw.keys()).filter((view) => Math.abs(yaw[view]!) <= FRONTAL);
    const pivot = motions === 'orbit' ? 1 : subjectDistance(...joined(own, mask, frontal, area));
    const depth = own.map((value) => value / pivot);
    yaws.push(yaw);
    pivots.push(pivot);
    let [product, square] = [0, 0];
    for (let view = 0; view < set.views; view++) {
      const [d, m] = [depth, mask].map((planes) => planes.subarray(view * area, (view + 1) * area));
      for (let i = s % 16; i < area; i += 16) if (m![i]! > 0.5) depths.push(d![i]!);
      if (!frontal.includes(view)) continue;
      const sums = roundnessSums(d!, m!, set.side, focal);
      product += sums[0];
      square += sums[1];
    }
    if (square > 0) roundness.push(product / square / ROUNDNESS);
    progress({ stage: 'measuring', done: s + 1, total: count });
  }
  const middle = Array.from(set.places, (_, view) => median(yaws.map((yaw) => yaw[view]!)));
  const curve = risingCurve(set.places, middle);
  const turn = curve.yaw.at(-1)! - curve.yaw[0]!;
  const round = roundness.length > 0 ? median(roundness) : 0;
  return {
    pivot: median(pivots),
    curve,
    depthRange: [percentile(depths, 1), percentile(depths, 99)],
    turns: motions === 'orbit' && turn > LEAST_TURN && round > LEAST_ROUNDNESS,
    roundness: round,
  };
}

/** Depths and masks of some views, one after the other. */
function joined(
  depths: Float32Array,
  masks: Float32Array,
  views: readonly number[],
  area: number,
): [Float32Array, Float32Array] {
  const join = (planes: Float32Array) => {
    const out = new Float32Array(views.length * area);
    views.forEach((view, k) => void out.set(planes.subarray(view * area, (view + 1) * area), k * area));
    return out;
  };
  return [join(depths), join(masks)];
}

/** Radians: half of the least turn that a found direction has. */
const LEAST_TURN = 0.2;

/** A third of a head's relief: bas-reliefs of less come of nets that have hardly learned. */
const LEAST_ROUNDNESS = 0.33;
