import { ROUNDNESS, roundnessSums } from '../../calibration/shape-prior.ts';
import { readViews, type SweepSet } from '../../calibration/sweep-set.ts';
import { risingCurve, type YawCurve } from '../../calibration/yaw-curve.ts';
import { median, percentile } from '../../evaluation/index.ts';
import type { Platform } from '../platform.ts';
import type { DepthNet, PoseNet } from './nets.ts';

/** What the nets say of a set, in their own scale. */
export interface Measured {
  /** Of the median subject, radians over x from the frontal one. */
  readonly curve: YawCurve;
  /** Nearest and farthest depth on subjects, but for one in a hundred pixels each. */
  readonly depthRange: readonly [number, number];
  /** Whether the nets have learned to turn: yaw rises along the direction, and heads are convex. */
  readonly turns: boolean;
  /** Relief of frontal views against that of a head: 1 where it is as deep as heads are. */
  readonly roundness: number;
}

/** Subjects that are measured, of a larger set. */
const SUBJECTS = 64;

/** Own yaw within which a view is frontal, radians; the pose net turns it less or more than truly by a third at most. */
const FRONTAL = 0.2;

/** Reads a set with trained nets. */
export async function measureNets(
  { signal, progress }: Pick<Platform, 'signal' | 'progress'>,
  set: SweepSet,
  nets: { readonly depth: DepthNet; readonly pose: PoseNet },
  focal: number,
): Promise<Measured> {
  const count = Math.min(SUBJECTS, set.subjects);
  const area = set.side * set.side;
  const yaws: Float32Array[] = [];
  const roundness: number[] = [];
  const depths: number[] = [];
  for (let s = 0; s < count; s++) {
    signal.throwIfAborted();
    const subject = Math.floor((s * set.subjects) / count);
    const choices = Array.from({ length: set.views }, (_, view) => ({ subject, view, mirrored: false }));
    const { image, mask } = readViews(set, choices);
    const yaw = await nets.pose.yaw(image, set.views);
    const depth = await nets.depth.depth(image, set.views);
    yaws.push(yaw);
    let [product, square] = [0, 0];
    for (let view = 0; view < set.views; view++) {
      const [d, m] = [depth, mask].map((planes) => planes.subarray(view * area, (view + 1) * area));
      for (let i = s % 16; i < area; i += 16) if (m![i]! > 0.5) depths.push(d![i]!);
      if (Math.abs(yaw[view]!) > FRONTAL) continue;
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
    curve,
    depthRange: [percentile(depths, 1), percentile(depths, 99)],
    turns: turn > LEAST_TURN && round > LEAST_ROUNDNESS,
    roundness: round,
  };
}

/** Radians: half of the least turn that a found direction has. */
const LEAST_TURN = 0.2;

/** A third of a head's relief: bas-reliefs of less come of nets that have hardly learned. */
const LEAST_ROUNDNESS = 0.33;
