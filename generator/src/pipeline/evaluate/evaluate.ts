import { degrees, type ViewRange, viewYaws } from '@turnaround/plugin/asset';
import { EvaluationError } from '../../evaluation/index.ts';
import {
  type AblationTable,
  type EvaluationReport,
  parseAblation,
  reportCsv,
  reportPage,
} from '../../evaluation/report/index.ts';
import { readModelManifest } from '../model-manifest.ts';
import { openMatte } from '../open-matte.ts';
import { PipelineError } from '../platform.ts';
import { requireDirection } from '../sweep.ts';
import { composeReport, zonesOf } from './compose-report.ts';
import { openRealSet } from './distances.ts';
import { evaluateModel, type MeasuredModel } from './evaluate-model.ts';
import { identityCeiling } from './identity-bounds.ts';
import { openReaders, type ReaderFiles } from './open-readers.ts';
import type { EvaluatePlatform } from './readers.ts';
import { listPictures } from './real-pictures.ts';
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
  /** CSV file of an ablation (`parseAblation`), which the page shows. */
  readonly ablation: string | null;
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
  const folders = [options.model, ...options.against];
  await checkInputs(platform, folders, options.real);
  const ablation = options.ablation === null ? null : await readAblation(platform, options.ablation);
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
    const report = await composeReport(options, plan.degrees, readers, models, {
      real,
      ceiling,
      ablation,
    });
    const sheets = await drawSheets(platform, models[0]!, plan.degrees, truncation);
    await platform.files.write(`${out}/${REPORT_FILES.json}`, `${JSON.stringify(report, null, 1)}\n`);
    await platform.files.write(`${out}/${REPORT_FILES.csv}`, reportCsv(report));
    await platform.files.write(`${out}/${REPORT_FILES.page}`, reportPage(report, sheets));
    return report;
  } finally {
    readers.release();
  }
}

async function readAblation({ files }: EvaluatePlatform, path: string): Promise<AblationTable> {
  try {
    return parseAblation(new TextDecoder().decode(await files.read(path)), path);
  } catch (error) {
    if (error instanceof EvaluationError) throw new PipelineError('ablation', error.message);
    throw error;
  }
}

/** What is not there is said at once, not after minutes of reading. */
async function checkInputs(
  platform: EvaluatePlatform,
  folders: readonly string[],
  real: string | null,
): Promise<void> {
  if (new Set(folders).size < folders.length)
    throw new PipelineError('against', `--against: expected other models than ${folders[0]}, each once`);
  for (const folder of folders) {
    const { manifest } = await readModelManifest(platform.files, folder);
    requireDirection(manifest, folder);
  }
  if (real) await listPictures(platform, real, 1);
}
