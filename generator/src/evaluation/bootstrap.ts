import { EvaluationError } from './errors.ts';
import { uniformGenerator } from './random.ts';
import { percentile } from './statistics.ts';

export interface BootstrapOptions {
  /** How often the values are drawn anew, with replacement. */
  readonly resamples: number;
  /** Share of the resamples that the interval holds, 0..1. */
  readonly level: number;
  readonly seed: number;
}

export const BOOTSTRAP_DEFAULTS: BootstrapOptions = { resamples: 2000, level: 0.95, seed: 0 };

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval (Efron 1979) of a statistic. Give it what was sampled independently: one value a
 * subject, not one a view.
 *
 * @param values     what was measured
 * @param statistic  of a resample, which it must not keep: its memory is used again
 * @throws EvaluationError where there are no values
 */
export function bootstrapInterval<T>(
  values: readonly T[],
  statistic: (resample: readonly T[]) => number,
  options: Partial<BootstrapOptions> = {},
): Interval {
  const { resamples, level, seed } = { ...BOOTSTRAP_DEFAULTS, ...options };
  if (values.length === 0) throw new EvaluationError('bootstrap: expected values, got none');
  const uniform = uniformGenerator(seed);
  const resample = [...values];
  const results = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    for (let k = 0; k < resample.length; k++) resample[k] = values[Math.floor(uniform() * values.length)]!;
    results[round] = statistic(resample);
  }
  const tail = 50 * (1 - level);
  return { low: percentile(results, tail), high: percentile(results, 100 - tail) };
}
