/**
 * What each part of the refiner is worth: trains it anew without the part, on a calibrated model, and judges each against
 * the unrefined sweep at equal turn (`truth/refiner-figures.ts`).
 *
 *   npm run bench:refiner-ablation -- --model DIR [--rows full,curve] [--steps N] [--csv FILE]
 *
 * A row takes as long as a training; rows that stand in the CSV with the same model and options are kept. Prints a table,
 * then one JSON object as its last line.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFlatMatte } from '../../generator/src/impostor/matte/index.ts';
import { PipelineError } from '../../generator/src/pipeline/platform.ts';
import { REFINER_DEFAULTS, trainRefiner } from '../../generator/src/pipeline/refine/refiner-stage.ts';
import { openViewSource } from '../../generator/src/pipeline/view-source.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { ABLATION_ROWS, type AblationRow } from './truth/ablation-rows.ts';
import { TruthError } from './truth/errors.ts';
import { JUDGE_RESOLUTION, openJudge } from './truth/judge.ts';
import { judgeRefiner, judgeUnrefined, type RefinerComparison, remembered } from './truth/refiner-bench.ts';
import { REACHES, sweepYaws } from './truth/refiner-sweep.ts';
import { openRenders } from './truth/renders.ts';
import { trainingPlatform } from './truth/training-platform.ts';
import { trueFeatures } from './truth/true-features.ts';

/** Seeds that no training draws. */
const FIRST_SEED = 900_000;
const TRUNCATION = 0.8;

const USAGE = `usage: bench:refiner-ablation --model DIR [options]
  --model DIR   calibrated model folder; it is copied, not changed
  --rows LIST   of ${ABLATION_ROWS.map(({ name }) => name).join(', ')} (all)
  --steps N     of each training (${REFINER_DEFAULTS.steps})
  --subjects N  to learn from (${REFINER_DEFAULTS.subjects})
  --seeds N     subjects that are judged, from seed ${FIRST_SEED} (32)
  --csv FILE    where rows are kept (test/bench/refiner-ablation.csv)
  --data DIR    the portraits data with its judge (${portraits()})
  --threads N   of ONNX Runtime (2)`;

const OPTIONS = {
  model: { type: 'string' },
  rows: { type: 'string', default: ABLATION_ROWS.map(({ name }) => name).join() },
  steps: { type: 'string', default: String(REFINER_DEFAULTS.steps) },
  subjects: { type: 'string', default: String(REFINER_DEFAULTS.subjects) },
  seeds: { type: 'string', default: '32' },
  csv: { type: 'string', default: join(ROOT, 'test/bench/refiner-ablation.csv') },
  data: { type: 'string', default: portraits() },
  threads: { type: 'string', default: '2' },
} as const;

const COLUMNS = [
  'model',
  'row',
  'steps',
  'subjects',
  'seeds',
  'minutes',
  'yawReached',
  'warpGainDb',
  'frontalWarpGainDb',
  'identityDriftShare',
  'jumpShare',
  'distributionRatio',
  'sharpnessRatio',
  'ssimGain',
] as const;
type CsvRow = Readonly<Record<(typeof COLUMNS)[number], string>>;

function readCsv(path: string): CsvRow[] {
  if (!existsSync(path)) return [];
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(COLUMNS.map((column, k) => [column, values[k] ?? ''])) as CsvRow;
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
    sharpnessRatio: text(gains.sharpnessRatio),
    ssimGain: text(gains.ssimGain),
  } as CsvRow;
}

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const { model: folder, data, csv } = options;
  if (folder === undefined)
    throw new TruthError('usage', '--model: expected a calibrated model folder, got none');
  const [steps, subjects, seeds] = (['steps', 'subjects', 'seeds'] as const).map((name) =>
    wholeNumber(name, options[name]),
  ) as [number, number, number];
  const chosen = options.rows.split(',').map((name): AblationRow => {
    const row = ABLATION_ROWS.find((candidate) => candidate.name === name);
    if (!row) throw new TruthError('usage', `--rows: there is no row ${name}`);
    return row;
  });
  const platform = trainingPlatform({ threads: wholeNumber('threads', options.threads) });
  const judge = await openJudge(platform.runtime, join(data, 'judges/judge.onnx'));
  const judging = { judge, truth: trueFeatures(openRenders(data, JUDGE_RESOLUTION), judge) };
  const list = Array.from({ length: seeds }, (_, k) => FIRST_SEED + k);
  const plain = await openViewSource(platform, folder, { truncation: TRUNCATION, refine: false });
  const { name, calibration } = plain.model.manifest;
  const identity = `${name}@${calibration?.key.slice(0, 8)}`;
  const unrefined = await judgeUnrefined(remembered(plain.views, sweepYaws(REACHES[1])), list, judging);
  const rows = readCsv(csv);
  const same = (row: CsvRow, wanted: AblationRow): boolean =>
    row.model === identity &&
    row.row === wanted.name &&
    Number(row.steps) === steps &&
    Number(row.subjects) === subjects &&
    Number(row.seeds) === seeds;
  const work = mkdtempSync(join(tmpdir(), 'turnaround-ablation-'));
  /** Rows that differ in how they are sampled or polished alone share a training. */
  const trained = new Map<string, string>();
  for (const row of chosen) {
    if (rows.some((known) => same(known, row))) continue;
    const start = performance.now();
    const key = JSON.stringify(row.config);
    const copy = trained.get(key) ?? join(work, row.name);
    if (!trained.has(key)) {
      cpSync(folder, copy, { recursive: true });
      await trainRefiner(platform, {
        model: copy,
        config: row.config,
        steps,
        subjects,
        seed: 1,
        matte: null,
        previews: null,
        restart: false,
      });
      trained.set(key, copy);
    }
    const polish = row.polish > 0 ? { steps: row.polish, matte: createFlatMatte(), platform } : null;
    const refined = await openViewSource(platform, copy, { truncation: TRUNCATION, refine: true, polish });
    const comparison = (await judgeRefiner({ unrefined, refined: refined.views, judging }))[REACHES[0]];
    await refined.release();
    const minutes = ((performance.now() - start) / 60_000).toFixed(1);
    const fixed = { model: identity, row: row.name, steps: String(steps), subjects: String(subjects) };
    rows.push({ ...figures(comparison), ...fixed, seeds: String(seeds), minutes } as CsvRow);
    writeCsv(csv, rows);
    console.error(`${row.name}: ${minutes} min, yaw ${comparison.gains.yawReached.toFixed(3)}`);
  }
  rmSync(work, { recursive: true, force: true });
  await plain.release();
  await judge.release();
  const wanted = rows.filter((row) => chosen.some((candidate) => same(row, candidate)));
  const shown = COLUMNS.slice(5);
  console.log(`${''.padEnd(22)}${shown.map((column) => column.slice(0, 12).padStart(13)).join('')}`);
  for (const row of wanted)
    console.log(`${row.row.padEnd(22)}${shown.map((column) => row[column].padStart(13)).join('')}`);
  console.log(JSON.stringify({ bench: 'refiner-ablation', model: identity, rows: wanted }));
}

await runBench(USAGE, main, [PipelineError]);
