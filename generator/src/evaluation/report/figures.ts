import { bootstrapInterval } from '../bootstrap.ts';
import type { PoseZone } from '../pose-zones.ts';
import { mean } from '../statistics.ts';
import type { SubjectMeasures, ViewMeasures } from './measures.ts';
import { type SubjectMetric, yawOf } from './metrics.ts';
import type { CurvePoint, Figure, Figures, ZoneFigures } from './report.ts';

/** Resamples of an interval; those of a curve's points are many. */
const RESAMPLES = 1000;

/** Mean of one value a subject, with its interval; null where no subject has one. */
export function figureOf(values: readonly (number | null)[]): Figure | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (known.length === 0) return null;
  const interval =
    known.length > 1 ? bootstrapInterval(known, mean, { resamples: RESAMPLES }) : { low: null, high: null };
  return { value: mean(known), ...interval, count: known.length };
}

const everywhere = () => true;

/** Metrics over the whole sweep. */
export function sweepFigures(
  subjects: readonly SubjectMeasures[],
  metrics: readonly SubjectMetric[],
): Figures {
  return Object.fromEntries(
    metrics.map((metric) => [metric.id, figureOf(subjects.map((subject) => metric.of(subject, everywhere)))]),
  );
}

/** Metrics by zones of the yaw that views really show. */
export function zoneFigures(
  subjects: readonly SubjectMeasures[],
  metrics: readonly SubjectMetric[],
  zones: readonly PoseZone[],
): ZoneFigures[] {
  return zones.map(({ name, reach }) => {
    const within = (view: ViewMeasures) => Math.abs(yawOf(view)) <= reach;
    const figures = metrics.map((metric) => {
      return [metric.id, figureOf(subjects.map((subject) => metric.of(subject, within)))] as const;
    });
    return { zone: name, figures: Object.fromEntries(figures) };
  });
}

/**
 * What one way of drawing gains over another, subject by subject: intervals of differences are narrower than differences of
 * intervals, for subjects that are hard for one are hard for the other.
 *
 * @param subjects, reference  of the same seeds in the same order
 */
export function gainFigures(
  subjects: readonly SubjectMeasures[],
  reference: readonly SubjectMeasures[],
  metrics: readonly SubjectMetric[],
): Figures {
  return Object.fromEntries(
    metrics.map((metric) => {
      const differences = subjects.map((subject, k) => {
        const [ours, theirs] = [metric.of(subject, everywhere), metric.of(reference[k]!, everywhere)];
        return ours === null || theirs === null ? null : ours - theirs;
      });
      return [metric.id, figureOf(differences)];
    }),
  );
}

/** What is drawn over yaw. */
export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** Points of one subject. */
  points(subject: SubjectMeasures): readonly (readonly [yaw: number, value: number | null])[];
}

const ofViews =
  (value: (view: ViewMeasures) => number | null): Curve['points'] =>
  ({ views }) =>
    views.map((view) => [view.asked, value(view)]);

/** The curves of the report. @param identity name of the identity figure */
export const curvesOf = (identity: string): readonly Curve[] => [
  {
    id: 'reached',
    title: 'Yaw reached',
    unit: '°',
    digits: 0,
    points: ofViews(({ read, own }) => read ?? own),
  },
  { id: 'identity', title: identity, unit: 'cosine', digits: 2, points: ofViews((view) => view.identity) },
  {
    id: 'warpedPsnr',
    title: 'Warped PSNR to the next view',
    unit: 'dB',
    digits: 0,
    points: ({ pairs }) => pairs.map(({ middle, warpedPsnr }) => [middle, warpedPsnr]),
  },
  {
    id: 'ssim',
    title: 'SSIM to the source, subject only',
    unit: '',
    digits: 2,
    points: ofViews((view) => (Math.abs(view.asked) > 0.5 ? view.ssimMasked : null)),
  },
  {
    id: 'sharpness',
    title: 'Sharpness',
    unit: '×10⁻³',
    digits: 1,
    points: ofViews((view) => view.sharpness),
  },
  {
    id: 'roundTrip',
    title: 'Forward–backward error',
    unit: '% of width',
    digits: 2,
    points: ({ pairs }) => pairs.map(({ middle, roundTrip }) => [middle, roundTrip]),
  },
];

/** A curve's mean over subjects at each yaw. */
export function curveFigures(subjects: readonly SubjectMeasures[], curve: Curve): CurvePoint[] {
  const byYaw = new Map<number, (number | null)[]>();
  for (const subject of subjects)
    for (const [yaw, value] of curve.points(subject)) byYaw.set(yaw, [...(byYaw.get(yaw) ?? []), value]);
  return [...byYaw]
    .map(([yaw, values]) => ({ yaw, figure: figureOf(values) }))
    .filter((point): point is CurvePoint => point.figure !== null)
    .sort((a, b) => a.yaw - b.yaw);
}
