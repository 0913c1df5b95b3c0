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
  return resampledInterval([values], ([resample]) => statistic(resample!), options);
}

/**
 * The same for a statistic of several samples, each drawn anew by itself.
 *
 * @param statistic  of as many resamples, which it must not keep; where it has no value (NaN) that resample is left out
 * @throws EvaluationError where a sample has no values, or the statistic has none at all
 */
export function resampledInterval<T>(
  samples: readonly (readonly T[])[],
  statistic: (resamples: readonly (readonly T[])[]) => number,
  options: Partial<BootstrapOptions> = {},
): Interval {
  const { resamples, level, seed } = { ...BOOTSTRAP_DEFAULTS, ...options };
  if (samples.some(({ length }) => length === 0))
    throw new EvaluationError('bootstrap: expected values, got none');
  const uniform = uniformGenerator(seed);
  const drawn = samples.map((values) => [...values]);
  const results: number[] = [];
  for (let round = 0; round < resamples; round++) {
    samples.forEach((values, s) => {
      const resample = drawn[s]!;
      for (let k = 0; k < resample.length; k++) resample[k] = values[Math.floor(uniform() * values.length)]!;
    });
    const result = statistic(drawn);
    if (!Number.isNaN(result)) results.push(result);
  }
  if (results.length === 0) throw new EvaluationError('bootstrap: expected a statistic, got no number');
  const tail = 50 * (1 - level);
  return { low: percentile(results, tail), high: percentile(results, 100 - tail) };
}
