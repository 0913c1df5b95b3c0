import { degrees } from '@turnaround/plugin/asset';
import { fitScale, mean, median, spearman } from '../../../generator/src/evaluation/index.ts';

/** Own and true yaw of one subject's views, radians, in order. */
export interface YawSeries {
  readonly own: readonly number[];
  readonly truth: readonly number[];
}

export interface YawFigures {
  /** Degrees, median over all views but the middle ones, which are right by definition. */
  readonly medianDeg: number;
  /** The same against the mean of each sweep instead of its middle view; kinder, for a mean has less error. */
  readonly aboutMeanDeg: number;
  /** The one global scale: truth ÷ own. Negative for a mirrored system. */
  readonly scale: number;
  /** Spearman's correlation of each subject; 0 where the system says the same for all views. */
  readonly spearman: readonly number[];
  /** Degrees: absolute error of each view, by subject; the middle ones included. */
  readonly errors: readonly (readonly number[])[];
}

const middleOf = (list: readonly number[]): number => list[Math.floor(list.length / 2)]!;

/** Errors in degrees of yaws about a reference of their own sweep, after one scale over all. */
function relative(series: readonly YawSeries[], reference: (list: readonly number[]) => number) {
  const about = (list: readonly number[]) => list.map((yaw) => yaw - reference(list));
  const own = series.map((one) => about(one.own));
  const truth = series.map((one) => about(one.truth));
  const scale = fitScale(own.flat(), truth.flat());
  const errors = own.map((list, s) => list.map((yaw, k) => degrees(Math.abs(scale * yaw - truth[s]![k]!))));
  return { scale, errors };
}

/** Yaw of each view against its sweep's middle view, after one global scale (least squares over all views). */
export function yawFigures(series: readonly YawSeries[]): YawFigures {
  const { scale, errors } = relative(series, middleOf);
  const counted = errors.flatMap((list) => list.filter((_, k) => k !== Math.floor(list.length / 2)));
  return {
    medianDeg: median(counted),
    aboutMeanDeg: median(relative(series, mean).errors.flat()),
    scale,
    spearman: series.map(({ own, truth }) => spearman(own, truth) || 0),
    errors,
  };
}
