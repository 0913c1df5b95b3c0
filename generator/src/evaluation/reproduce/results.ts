import type { EvaluationReport, Figure, Figures, MethodReport, ReportPictures } from '../report/index.ts';
import type { Metric } from '../report/metrics.ts';

/** Ways that are held against each other; the last three are `paper` with one loss left out. */
export type WayId =
  | 'ganspace'
  | 'paper'
  | 'turnaround'
  | 'without-latent'
  | 'without-feature'
  | 'without-warp';

export const WAY_LABELS: Readonly<Record<WayId, string>> = {
  ganspace: 'GANSpace alone',
  paper: 'paper',
  turnaround: 'turnaround',
  'without-latent': 'without latent',
  'without-feature': 'without feature',
  'without-warp': 'without warp',
};

/** One way's figures. */
export interface WayResult {
  readonly id: WayId;
  /** By zone: `±20°`, `±40°`, `full`; without a yaw reader `full` alone. */
  readonly zones: Readonly<Record<string, Figures>>;
  readonly sweep: Figures;
  /** Training of all that it needs, hours on this machine; null where it was not trained here. */
  readonly trainingHours: number | null;
}

/** Everything that `turnaround reproduce` found: `reproduction.json`. */
export interface Reproduction {
  readonly format: 1;
  readonly model: { readonly name: string; readonly resolution: number; readonly direction: string };
  /** Of each way's trainings; null: the stages' own defaults. */
  readonly steps: number | null;
  readonly options: EvaluationReport['options'];
  readonly readers: EvaluationReport['readers'];
  readonly real: EvaluationReport['real'];
  readonly matched: number;
  readonly metrics: EvaluationReport['metrics'];
  readonly missing: readonly string[];
  readonly ways: readonly WayResult[];
}

/** A row of pictures with its caption. */
export type ReproductionPictures = ReportPictures;

/** A method's figures as those of a way. */
export const wayOf = (
  id: WayId,
  { zones, sweep }: MethodReport,
  trainingHours: number | null,
): WayResult => ({
  id,
  zones: Object.fromEntries(zones.map(({ zone, figures }) => [zone, figures])),
  sweep,
  trainingHours,
});

/** A figure of a way; null where it could not be measured. @param zone `sweep`: over the whole sweep */
export function figureOfWay(
  { ways }: Pick<Reproduction, 'ways'>,
  id: WayId,
  zone: string,
  metric: string,
): Figure | null {
  const way = ways.find((candidate) => candidate.id === id);
  return (zone === 'sweep' ? way?.sweep : way?.zones[zone])?.[metric] ?? null;
}

/** A metric by its id. */
export const metricOf = ({ metrics }: Pick<Reproduction, 'metrics'>, id: string): Metric | undefined =>
  [...metrics.distance, ...metrics.zone, ...metrics.sweep].find((metric) => metric.id === id);
