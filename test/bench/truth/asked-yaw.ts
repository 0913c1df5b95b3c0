import { degrees } from '@turnaround/plugin/asset';
import { fitScale, median, percentile, requirePairs } from '../../../generator/src/evaluation/index.ts';

/** How well views show the degrees that were asked for, as the judge reads them. */
export interface AskedYawFigures {
  /** Degrees: median of |read − asked| with no correction. */
  readonly medianDeg: number;
  readonly p90Deg: number;
  /** read ≈ scale·asked, least squares: the number that a person would correct. */
  readonly scale: number;
  /** Degrees: median of |read − scale·asked|, what would be left after that number. */
  readonly afterScaleDeg: number;
}

/**
 * Judges calibrated sweeps.
 *
 * @param asked  yaw that each view was asked to show, radians
 * @param read   yaw that the judge reads off it, radians
 */
export function askedYawFigures(asked: readonly number[], read: readonly number[]): AskedYawFigures {
  requirePairs('askedYawFigures', asked, read);
  const errors = (scale: number) => asked.map((yaw, k) => degrees(Math.abs(read[k]! - scale * yaw)));
  const scale = fitScale(asked, read);
  return {
    medianDeg: median(errors(1)),
    p90Deg: percentile(errors(1), 90),
    scale,
    afterScaleDeg: median(errors(scale)),
  };
}
