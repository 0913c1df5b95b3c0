/** What a refined sweep must reach, by the kind of model. */
import type { RefinerGains } from './refiner-figures.ts';

/** Figures that have bars: the gains, and the time to refine over the time to synthesise. */
export type BarredFigures = RefinerGains & { readonly refineShare: number };

/** Least and most of a figure. */
export type Bar = readonly [number, number];

export interface RefinerBar {
  readonly key: keyof BarredFigures;
  readonly must: Bar;
  readonly goal: Bar;
}

const least = (value: number): Bar => [value, Number.POSITIVE_INFINITY];
const most = (value: number): Bar => [Number.NEGATIVE_INFINITY, value];

/** `portraits`: a tidy model, with little to mend; `drifting`: one as users bring them. Both at ±45°. */
export const REFINER_BARS = {
  portraits: [
    { key: 'yawReached', must: [0.92, 1.08], goal: [0.98, 1.02] },
    { key: 'yawReachedRatio', must: [0.92, 1.08], goal: [0.98, 1.02] },
    { key: 'warpGainDb', must: least(0.2), goal: least(0.85) },
    { key: 'frontalWarpGainDb', must: least(0.7), goal: least(1.5) },
    { key: 'identityDriftShare', must: most(1), goal: most(0.7) },
    { key: 'jumpShare', must: most(0.15), goal: most(0.03) },
    { key: 'distributionRatio', must: most(1.05), goal: most(0.95) },
    { key: 'sharpnessRatio', must: least(0.8), goal: least(0.95) },
    { key: 'refineShare', must: most(0.25), goal: most(0.1) },
  ],
  drifting: [
    { key: 'yawReached', must: [0.9, 1.1], goal: [0.97, 1.03] },
    { key: 'yawReachedRatio', must: [0.9, 1.1], goal: [0.97, 1.03] },
    { key: 'warpGainDb', must: least(1.2), goal: least(2.5) },
    { key: 'frontalWarpGainDb', must: least(1), goal: least(2) },
    { key: 'identityDriftShare', must: most(0.75), goal: most(0.5) },
    { key: 'jumpShareRatio', must: most(0.75), goal: most(0.5) },
    { key: 'distributionRatio', must: most(1), goal: most(0.9) },
    { key: 'sharpnessRatio', must: least(0.7), goal: least(0.85) },
  ],
} as const satisfies Record<string, readonly RefinerBar[]>;

export type BarSet = keyof typeof REFINER_BARS;

/** How a figure stands: at its goal, at what it must reach, or below; a figure that is no number reaches nothing. */
export type Standing = 'goal' | 'must' | 'missed';

export interface BarsMet {
  readonly must: boolean;
  readonly goal: boolean;
  readonly each: Readonly<Record<string, Standing>>;
}

/** Holds figures against their bars. */
export function barsMet(figures: BarredFigures, bars: readonly RefinerBar[]): BarsMet {
  const inside = (value: number, [low, high]: Bar): boolean => value >= low && value <= high;
  const each = bars.map(({ key, must, goal }): [string, Standing] => {
    const value = figures[key];
    return [key, inside(value, goal) ? 'goal' : inside(value, must) ? 'must' : 'missed'];
  });
  return {
    must: each.every(([, standing]) => standing !== 'missed'),
    goal: each.every(([, standing]) => standing === 'goal'),
    each: Object.fromEntries(each),
  };
}

/** As it stands in a table: `≥ .2`, `≤ .15`, `.92–1.08`. */
export function barText([low, high]: Bar): string {
  if (high === Number.POSITIVE_INFINITY) return `≥ ${low}`;
  if (low === Number.NEGATIVE_INFINITY) return `≤ ${high}`;
  return `${low}–${high}`;
}
