/** What one sweep is asked: which views the test takes, and which pairs it warps. */
import { degrees, radians } from '@turnaround/plugin/asset';
import { uniformGenerator } from '../../../generator/src/evaluation/index.ts';
import { chooseViews } from './choose-views.ts';
import { TruthError } from './errors.ts';
import type { Sweep } from './sweeps.ts';

export interface PlanOptions {
  /** Views taken of each sweep. */
  readonly views: number;
  readonly seed: number;
  /** Radians between the two views of a warp. */
  readonly warpAngle: number;
  /** Radians by which they may miss it: nothing on a grid of true yaws, more where a judge read them. */
  readonly warpTolerance: number;
}

export const PLAN_DEFAULTS: PlanOptions = { views: 25, seed: 1, warpAngle: radians(15), warpTolerance: 1e-4 };

export interface SweepPlan {
  /** Indices of the views that the test takes, by rising yaw, at uneven angles. */
  readonly chosen: readonly number[];
  /** Indices [source, target]: each chosen view is warped to every view of the whole sweep that lies 15° from it. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Targets that were not chosen, in an order that says nothing. */
  readonly extra: readonly number[];
}

/**
 * Lays out one sweep's test, the same for the same seed.
 *
 * @throws TruthError `data` where no two views lie the angle of a warp apart
 */
export function planSweep({ subject, views }: Sweep, options: Partial<PlanOptions> = {}): SweepPlan {
  const { views: count, seed, warpAngle, warpTolerance } = { ...PLAN_DEFAULTS, ...options };
  const chosen = chooseViews(views.length, Math.min(count, views.length), seed, subject);
  const apart = (source: number, target: number) =>
    Math.abs(Math.abs(views[source]!.yaw - views[target]!.yaw) - warpAngle) < warpTolerance;
  const pairs = chosen.flatMap((source) =>
    views.flatMap((_, target) => (apart(source, target) ? [[source, target] as const] : [])),
  );
  if (pairs.length === 0)
    throw new TruthError(
      'data',
      `sweep ${subject}: expected views ${Number(degrees(warpAngle).toFixed(3))}° apart, found none`,
    );
  const extra = [...new Set(pairs.map(([, target]) => target))].filter((target) => !chosen.includes(target));
  return { chosen, pairs, extra: shuffled(extra, 2 * (seed * 65537 + subject) + 1) };
}

function shuffled(values: readonly number[], seed: number): number[] {
  const uniform = uniformGenerator(seed);
  return values
    .map((value) => ({ value, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
