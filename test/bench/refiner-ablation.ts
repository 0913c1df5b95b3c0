/**
 * What each part of the refiner is worth: trains it anew without the part, on a calibrated model, and judges each against
 * the unrefined sweep at equal turn (`truth/refiner-figures.ts`).
 *
 *   npm run bench:refiner-ablation -- --model DIR [--rows full,curve] [--steps N] [--csv FILE]
 *
 * The paper's rows learn through nets with free motions, trained once for all of them on a copy of the model. Such nets
 * know no degrees: refined and unrefined sweeps alike are asked for by the direction's estimate, and equal turn is by what
 * the judge reads.
 *
 * A row takes as long as a training; rows that stand in the CSV with the same model and options are kept. Prints a table,
 * then one JSON object as its last line.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFlatMatte } from '../../generator/src/impostor/matte/index.ts';
import { DEPTH_POSE_DEFAULTS } from '../../generator/src/pipeline/calibrate/depth-pose-stage.ts';
import { readModelManifest } from '../../generator/src/pipeline/model-manifest.ts';
import { PipelineError } from '../../generator/src/pipeline/platform.ts';
import { REFINER_DEFAULTS } from '../../generator/src/pipeline/refine/refiner-stage.ts';
import { openViewSource, type ViewSource } from '../../generator/src/pipeline/view-source.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { openAblationModels } from './truth/ablation-models.ts';
import { ABLATION_ROWS, type AblationRow, isPaper } from './truth/ablation-rows.ts';
import { TruthError } from './truth/errors.ts';
import { JUDGE_RESOLUTION, openJudge } from './truth/judge.ts';
import {
  judgeRefiner,
  judgeUnrefined,
  type RefinerComparison,
  remembered,
  type UnrefinedSweeps,
} from './truth/refiner-bench.ts';
import { REACHES, sweepYaws } from './truth/refiner-sweep.ts';
import { openRenders } from './truth/renders.ts';
import { trainingPlatform } from './truth/training-platform.ts';
import { trueFeatures } from './truth/true-features.ts';

/** Seeds that no training draws. */
const FIRST_SEED = 900_000;
const TRUNCATION = 0.8;

/** The paper's wait to be asked for: a step of their nets takes as long as ten of the others. */
const BY_DEFAULT = ABLATION_ROWS.filter((row) => !isPaper(row));

const USAGE = `usage: bench:refiner-ablation --model DIR [options]
  --model DIR   calibrated model folder; it is copied, not changed
  --rows LIST   of ${ABLATION_ROWS.map(({ name }) => name).join(', ')} (all but the paper's)
  --steps N     of each refiner's training (${REFINER_DEFAULTS.steps})
  --paper-steps N  of the training of depth and pose for the paper's rows (${DEPTH_POSE_DEFAULTS.steps})
  --subjects N  to learn from (${REFINER_DEFAULTS.subjects})
  --seeds N     subjects that are judged, from seed ${FIRST_SEED} (32)
  --work DIR    for copies and their trainings, which a later run finds there (a temporary folder, removed)
  --csv FILE    where rows are kept (test/bench/refiner-ablation.csv)
  --data DIR    the portraits data with its judge (${portraits()})
  --threads N   of ONNX Runtime (2)`;

const OPTIONS = {
  model: { type: 'string' },
  rows: { type: 'string', default: BY_DEFAULT.map(({ name }) => name).join() },
  steps: { type: 'string', default: String(REFINER_DEFAULTS.steps) },
  'paper-steps': { type: 'string', default: String(DEPTH_POSE_DEFAULTS.steps) },
  subjects: { type: 'string', default: String(REFINER_DEFAULTS.subjects) },
  seeds: { type: 'string', default: '32' },
  work: { type: 'string' },
  csv: { type: 'string', default: join(ROOT, 'test/bench/refiner-ablation.csv') },
  data: { type: 'string', default: portraits() },
  threads: { type: 'string', default: '2' },
} as const;

const COLUMNS = [
  'model',
  'row',
  'steps',
  'paperSteps',
  'subjects',
  'seeds',
  'minutes',
  'yawReached',
  'warpGainDb',
  'frontalWarpGainDb',
  'identityDriftShare',
  'jumpShare',
  'distributionRatio',
  'yawwiseDistributionRatio',
  'plainDistributionRatio',
  'sharpnessRatio',
  'ssimGain',
] as const;
type CsvRow = Readonly<Record<(typeof COLUMNS)[number], string>>;

function readCsv(path: string): CsvRow[] {
  if (!existsSync(path)) return [];
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    const cell = (column: string): string => values[names.indexOf(column)] ?? '';
    return Object.fromEntries(COLUMNS.map((column) => [column, cell(column)])) as CsvRow;
  });
}

function writeCsv(path: string, rows: readonly CsvRow[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const lines = [COLUMNS.join(), ...rows.map((row) => COLUMNS.map((column) => row[column]).join())];
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** The figures at ±45°. */
function figures({ own, gains }: RefinerComparison): Pick<CsvRow, (typeof COLUMNS)[number] & string> {
  const text = (value: number): string => value.toFixed(3);
  return {
    yawReached: text(gains.yawReached),
    warpGainDb: text(gains.warpGainDb),
    frontalWarpGainDb: text(gains.frontalWarpGainDb),
    identityDriftShare: text(gains.identityDriftShare),
    jumpShare: text(own.jumpShare),
    distributionRatio: text(gains.distributionRatio),
    yawwiseDistributionRatio: text(gains.yawwiseDistributionRatio),
    plainDistributionRatio: text(gains.plainDistributionRatio),
    sharpnessRatio: text(gains.sharpnessRatio),
    ssimGain: text(gains.ssimGain),
  } as CsvRow;
}

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const { model: folder, data, csv } = options;
  if (folder === undefined)
    throw new TruthError('usage', '--model: expected a calibrated model folder, got none');
  const [steps, paperSteps, subjects, seeds] = (['steps', 'paper-steps', 'subjects', 'seeds'] as const).map(
    (name) => wholeNumber(name, options[name]),
  ) as [number, number, number, number];
  const chosen = options.rows.split(',').map((name): AblationRow => {
    const row = ABLATION_ROWS.find((candidate) => candidate.name === name);
    if (!row) throw new TruthError('usage', `--rows: there is no row ${name}`);
    return row;
  });
  const platform = trainingPlatform({ threads: wholeNumber('threads', options.threads) });
  const judge = await openJudge(platform.runtime, join(data, 'judges/judge.onnx'));
  const judging = { judge, truth: trueFeatures(openRenders(data, JUDGE_RESOLUTION), judge) };
  const list = Array.from({ length: seeds }, (_, k) => FIRST_SEED + k);
  const { name, calibration } = (await readModelManifest(platform.files, folder)).manifest;
  const identity = `${name}@${calibration?.key.slice(0, 8)}`;
  const fixedOf = (row: AblationRow) => ({
    model: identity,
    row: row.name,
    steps: String(steps),
    paperSteps: isPaper(row) ? String(paperSteps) : '',
    subjects: String(subjects),
    seeds: String(seeds),
  });
  const rows = readCsv(csv);
  const same = (row: CsvRow, wanted: AblationRow): boolean =>
    Object.entries(fixedOf(wanted)).every(([column, value]) => row[column as keyof CsvRow] === value);
  const work = options.work ?? mkdtempSync(join(tmpdir(), 'turnaround-ablation-'));
  const models = await openAblationModels(platform, { model: folder, work, steps, subjects, paperSteps });
  /** The unrefined sweeps of each base that rows start from. */
  const plain = new Map<string, { source: ViewSource; sweeps: UnrefinedSweeps }>();
  const unrefinedOf = async (base: string): Promise<UnrefinedSweeps> => {
    const known = plain.get(base);
    if (known) return known.sweeps;
    const source = await openViewSource(platform, base, { truncation: TRUNCATION, refine: false });
    const sweeps = await judgeUnrefined(remembered(source.views, sweepYaws(REACHES[1])), list, judging);
    plain.set(base, { source, sweeps });
    return sweeps;
  };
  for (const row of chosen) {
    if (rows.some((known) => same(known, row))) continue;
    const unrefined = await unrefinedOf(await models.base(row));
    const start = performance.now();
    const copy = await models.refined(row);
    const polish = row.polish > 0 ? { steps: row.polish, matte: createFlatMatte(), platform } : null;
    const refined = await openViewSource(platform, copy, { truncation: TRUNCATION, refine: true, polish });
    const comparison = (await judgeRefiner({ unrefined, refined: refined.views, judging }))[REACHES[0]];
    await refined.release();
    const minutes = ((performance.now() - start) / 60_000).toFixed(1);
    rows.push({ ...figures(comparison), ...fixedOf(row), minutes } as CsvRow);
    writeCsv(csv, rows);
    console.error(`${row.name}: ${minutes} min, yaw ${comparison.gains.yawReached.toFixed(3)}`);
  }
  if (options.work === undefined) rmSync(work, { recursive: true, force: true });
  for (const { source } of plain.values()) await source.release();
  await judge.release();
  const wanted = rows.filter((row) => chosen.some((candidate) => same(row, candidate)));
  const shown = COLUMNS.slice(COLUMNS.indexOf('minutes'));
  console.log(`${''.padEnd(22)}${shown.map((column) => column.slice(0, 12).padStart(13)).join('')}`);
  for (const row of wanted)
    console.log(`${row.row.padEnd(22)}${shown.map((column) => row[column].padStart(13)).join('')}`);
  console.log(JSON.stringify({ bench: 'refiner-ablation', model: identity, rows: wanted }));
}

await runBench(USAGE, main, [PipelineError]);
