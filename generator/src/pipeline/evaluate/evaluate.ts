import { degrees, type ViewRange, viewYaws } from '@turnaround/plugin/asset';
import { POSE_ZONES } from '../../evaluation/index.ts';
import {
  curveFigures,
  curvesOf,
  distanceMetrics,
  type EvaluationReport,
  type Figures,
  type GainReport,
  gainFigures,
  type MethodReport,
  type ModelReport,
  reportCsv,
  reportPage,
  sweepFigures,
  sweepMetrics,
  zoneFigures,
  zoneMetrics,
} from '../../evaluation/report/index.ts';
import { openMatte } from '../open-matte.ts';
import { PipelineError } from '../platform.ts';
import { commonCount, distances, drawnSet, openRealSet, type RealSet } from './distances.ts';
import { evaluateModel, type MeasuredMethod, type MeasuredModel } from './evaluate-model.ts';
import { identityCeiling, identityFloor } from './identity-bounds.ts';
import { openReaders, type ReaderFiles, type Readers } from './open-readers.ts';
import type { EvaluatePlatform } from './readers.ts';
import { drawSheets } from './sheets.ts';

export interface EvaluateOptions {
  /** Model folder. */
  readonly model: string;
  /** Folders of models that it is held against. */
  readonly against: readonly string[];
  /** Folder to write. */
  readonly out: string;
  readonly subjects: number;
  readonly views: number;
  readonly range: ViewRange;
  readonly firstSeed: number;
  readonly truncation: number;
  readonly matte: string | null;
  /** Folder of real pictures, and the most of it that are read. */
  readonly real: string | null;
  readonly realCount: number;
  /** Folder with a folder of pictures for each of some real people. */
  readonly realSubjects: string | null;
  readonly readers: ReaderFiles;
}

type Defaults = Pick<
  EvaluateOptions,
  'subjects' | 'views' | 'range' | 'firstSeed' | 'truncation' | 'realCount'
>;

/** Seeds far from those that people generate and that models learn from; truncation as in the paper's §4. */
export const EVALUATE_DEFAULTS: Defaults = {
  subjects: 32,
  views: 13,
  range: { minimum: -Math.PI / 3, maximum: Math.PI / 3 },
  firstSeed: 900_000,
  truncation: 0.8,
  realCount: 600,
};

/** Files of a report. */
export const REPORT_FILES = { json: 'evaluation.json', csv: 'evaluation.csv', page: 'index.html' } as const;

/**
 * Measures how well models turn their subjects (paper, §4, and what it leaves out) and writes `evaluation.json`,
 * `evaluation.csv` and `index.html`.
 * @throws PipelineError, MatteError
 */
export async function evaluateModels(
  platform: EvaluatePlatform,
  options: EvaluateOptions,
): Promise<EvaluationReport> {
  const { subjects, firstSeed, truncation, out } = options;
  const readers = await openReaders(platform, options.readers);
  try {
    const yaws = viewYaws({ ...options.range, count: options.views }).map(
      (yaw) => Math.round(1e6 * degrees(yaw)) / 1e6,
    );
    const plan = {
      seeds: Array.from({ length: subjects }, (_, k) => firstSeed + k),
      degrees: yaws,
      truncation,
    };
    const folders = [options.model, ...options.against];
    if (new Set(folders).size < folders.length)
      throw new PipelineError('against', `--against: expected other models than ${options.model}, each once`);
    const matte = await openMatte(platform, options.matte);
    const real =
      options.real && readers.distribution
        ? await openRealSet(platform, readers, options.real, options.realCount)
        : null;
    const ceiling =
      options.realSubjects && readers.yaw && readers.identity
        ? await identityCeiling(platform, readers, options.realSubjects, zonesOf(readers))
        : null;
    const models: MeasuredModel[] = [];
    for (const folder of folders) models.push(await evaluateModel(platform, folder, plan, readers, matte));
    const report = await composeReport(options, plan.degrees, readers, models, real, ceiling);
    const sheets = await drawSheets(platform, models[0]!, plan.degrees, truncation);
    await platform.files.write(`${out}/${REPORT_FILES.json}`, `${JSON.stringify(report, null, 1)}\n`);
    await platform.files.write(`${out}/${REPORT_FILES.csv}`, reportCsv(report));
    await platform.files.write(`${out}/${REPORT_FILES.page}`, reportPage(report, sheets));
    return report;
  } finally {
    readers.release();
  }
}

/** Without a reader nobody sorts pictures into zones. */
const zonesOf = ({ yaw }: Readers) => (yaw ? POSE_ZONES : POSE_ZONES.slice(-1));

type Ceiling = Awaited<ReturnType<typeof identityCeiling>> | null;

async function composeReport(
  { subjects, firstSeed, truncation, realSubjects }: EvaluateOptions,
  yaws: readonly number[],
  readers: Readers,
  models: readonly MeasuredModel[],
  real: RealSet | null,
  ceiling: Ceiling,
): Promise<EvaluationReport> {
  const reach = readers.yaw?.reach ?? 0;
  const zones = zonesOf(readers);
  const sets = models.flatMap(({ methods }) =>
    methods.map((method) => drawnSet(method.subjects, readers.yaw !== null)),
  );
  const matched = real ? commonCount(real, sets, zones) : 0;
  const reports: ModelReport[] = [];
  for (const model of models) reports.push(await modelReport(model, readers, real, matched));
  return {
    format: 1,
    options: { subjects, firstSeed, truncation, degrees: yaws },
    readers: { ...readers.names, reach },
    real: real && { folder: real.folder, pictures: real.posed.length },
    matched,
    realSubjects: ceiling && realSubjects ? { folder: realSubjects, subjects: ceiling.people } : null,
    ceiling: ceiling?.figures ?? {},
    metrics: {
      distance: distanceMetrics(readers.names),
      zone: zoneMetrics(readers.names).map(written),
      sweep: sweepMetrics(readers.names, reach).map(written),
    },
    missing: [
      ...readers.missing,
      ...(real ? [] : ['no real pictures: no distances between distributions; give a folder with --real']),
      ...(models.every(({ calibrated }) => calibrated)
        ? []
        : [
            'a model is not calibrated: its degrees are estimates, and it has no depth to warp by; learn it with turnaround train',
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
  matched: number,
): Promise<ModelReport> {
  const zones = zonesOf(readers);
  const reports: MethodReport[] = [];
  for (const { method, subjects, viewMs } of methods) {
    const set = drawnSet(subjects, readers.yaw !== null);
    const byZone = zoneFigures(subjects, zoneMetrics(readers.names), zones);
    const all: { zone: string; figures: Figures }[] = [];
    for (const [k, zone] of zones.entries()) {
      const apart: Figures =
        real && matched > 0 ? await distances(real, set, zone, matched) : { frechet: null, kernel: null };
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
