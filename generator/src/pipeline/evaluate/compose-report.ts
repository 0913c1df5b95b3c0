import { POSE_ZONES, type PoseZone } from '../../evaluation/index.ts';
import {
  type AblationTable,
  curveFigures,
  curvesOf,
  distanceMetrics,
  type EvaluationReport,
  type Figures,
  type GainReport,
  gainFigures,
  type MethodReport,
  type ModelReport,
  sweepFigures,
  sweepMetrics,
  zoneFigures,
  zoneMetrics,
} from '../../evaluation/report/index.ts';
import { type CommonCount, commonCount, distances, drawnSet, type RealSet } from './distances.ts';
import type { EvaluateOptions } from './evaluate.ts';
import type { MeasuredMethod, MeasuredModel } from './evaluate-model.ts';
import { type IdentityCeiling, identityFloor } from './identity-bounds.ts';
import type { Readers } from './open-readers.ts';

/** Without a reader nobody sorts pictures into zones. */
export const zonesOf = ({ yaw }: Readers): readonly PoseZone[] => (yaw ? POSE_ZONES : POSE_ZONES.slice(-1));

/** What was measured beside the models. */
export interface Anchors {
  readonly real: RealSet | null;
  readonly ceiling: IdentityCeiling | null;
  readonly ablation: AblationTable | null;
}

/** Turns measures into figures with intervals, under the names of who read the pictures. */
export async function composeReport(
  {
    subjects,
    firstSeed,
    truncation,
    realSubjects,
  }: Pick<EvaluateOptions, 'subjects' | 'firstSeed' | 'truncation' | 'realSubjects'>,
  yaws: readonly number[],
  readers: Readers,
  models: readonly MeasuredModel[],
  { real, ceiling, ablation }: Anchors,
): Promise<EvaluationReport> {
  const reach = readers.yaw?.reach ?? 0;
  const zones = zonesOf(readers);
  const sets = models.flatMap(({ methods }) =>
    methods.map((method) => drawnSet(method.subjects, readers.yaw !== null)),
  );
  const matched = real ? commonCount(real, sets, zones) : { count: 0, zones: [] };
  const reports: ModelReport[] = [];
  for (const model of models) reports.push(await modelReport(model, readers, real, matched));
  return {
    format: 1,
    options: { subjects, firstSeed, truncation, degrees: yaws },
    readers: { ...readers.names, reach },
    real: real && { folder: real.folder, pictures: real.posed.length },
    matched: matched.count,
    realSubjects: ceiling && realSubjects ? { folder: realSubjects, subjects: ceiling.people } : null,
    ceiling: ceiling?.figures ?? {},
    metrics: {
      distance: distanceMetrics(readers.names),
      zone: zoneMetrics(readers.names).map(written),
      sweep: sweepMetrics(readers.names, reach).map(written),
    },
    ablation,
    missing: [
      ...readers.missing,
      ...(real ? [] : ['no real pictures: no distances between distributions; give a folder with --real']),
      ...(models.every(({ calibrated }) => calibrated)
        ? []
        : [
            'a model is not calibrated: its degrees are estimates, and it has no depth to warp by; turnaround train learns both, but not with the paper’s configurations',
          ]),
    ],
    models: reports,
  };
}

/** A metric without its function: what JSON holds. */
const written = ({ id, label, unit, better, digits, says }: ReturnType<typeof zoneMetrics>[number]) => ({
  id,
  label,
  unit,
  better,
  digits,
  says,
});

async function modelReport(
  { folder, name, hash, resolution, calibrated, refined, methods, turn }: MeasuredModel,
  readers: Readers,
  real: RealSet | null,
  matched: CommonCount,
): Promise<ModelReport> {
  const zones = zonesOf(readers);
  const reports: MethodReport[] = [];
  for (const { method, subjects, viewMs } of methods) {
    const set = drawnSet(subjects, readers.yaw !== null);
    const byZone = zoneFigures(subjects, zoneMetrics(readers.names), zones);
    const all: { zone: string; figures: Figures }[] = [];
    for (const [k, zone] of zones.entries()) {
      const apart: Figures =
        real && matched.zones.includes(zone)
          ? await distances(real, set, zone, matched.count)
          : { frechet: null, kernel: null };
      all.push({ zone: zone.name, figures: { ...apart, ...byZone[k]!.figures } });
    }
    reports.push({
      id: method.id,
      label: method.label,
      zones: all,
      sweep: sweepFigures(subjects, sweepMetrics(readers.names, readers.yaw?.reach ?? 0)),
      curves: Object.fromEntries(
        curvesOf(readers.names.identity).map((curve) => [curve.id, curveFigures(subjects, curve)]),
      ),
      viewMs,
    });
  }
  const unrefined = methods.find(({ method }) => method.id === 'unrefined')!;
  return {
    name,
    folder,
    hash,
    resolution,
    calibrated,
    refined,
    methods: reports,
    gains: gainsOf(methods, readers, turn),
    floor: identityFloor(unrefined.subjects, zones),
  };
}

/**
 * Against the unrefined sweep at the row's own turn. The control that turns less is that sweep at its own turn: it has no gain,
 * and is shown against the full turn, where it seems to have one.
 */
function gainsOf(methods: readonly MeasuredMethod[], readers: Readers, turn: number | null): GainReport[] {
  const metrics = [...sweepMetrics(readers.names, readers.yaw?.reach ?? 0), ...zoneMetrics(readers.names)];
  const subjectsOf = (id: MethodReport['id']) => methods.find(({ method }) => method.id === id)?.subjects;
  const gain = (
    method: MethodReport['id'],
    label: string,
    reference: MethodReport['id'],
    share: number,
  ): GainReport[] => {
    const [ours, theirs] = [subjectsOf(method), subjectsOf(reference)];
    return ours && theirs
      ? [{ method, label, turn: share, figures: gainFigures(ours, theirs, metrics) }]
      : [];
  };
  return [
    ...gain('refined', 'refined', 'equal-turn', turn ?? 1),
    ...gain('blur', 'control: 3×3 blur', 'unrefined', 1),
    ...gain('less-turn', 'control: turned less, against the full turn', 'unrefined', 1),
  ];
}
