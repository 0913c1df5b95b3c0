/**
 * What a model's refiner is worth, by the shared judge, on subjects that no training saw. Trains nothing.
 *
 *   npm run bench:refiner -- --model DIR
 *
 * Every sweep is judged between two ends: the unrefined one at equal turn, and true people. Two controls that look like
 * agreement and are none stand beside it (`truth/refiner-figures.ts` says what the figures mean). Prints tables, then one
 * JSON object as its last line.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { createFlatMatte } from '../../generator/src/impostor/matte/index.ts';
import { readModelFile } from '../../generator/src/pipeline/model-manifest.ts';
import { PipelineError } from '../../generator/src/pipeline/platform.ts';
import { openViewSource, type ViewSource } from '../../generator/src/pipeline/view-source.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { TruthError } from './truth/errors.ts';
import { JUDGE_RESOLUTION, openJudge } from './truth/judge.ts';
import { refinerRun, TIMED_BATCH, timeShare } from './truth/refine-time.ts';
import { type BarSet, REFINER_BARS } from './truth/refiner-bars.ts';
import { benchRefiner } from './truth/refiner-report.ts';
import { openRenders } from './truth/renders.ts';
import { openSweeps } from './truth/sweeps.ts';
import { trainingPlatform } from './truth/training-platform.ts';
import { trueFeatures } from './truth/true-features.ts';

/** Seeds that no training draws. */
const FIRST_SEED = 900_000;
const TRUNCATION = 0.8;

const OPTIONS = {
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  seeds: { type: 'string', default: '64' },
  polish: { type: 'string', default: '0' },
  bars: { type: 'string', default: 'portraits' },
  data: { type: 'string', default: portraits() },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:refiner [options]
  --model DIR   model folder with refiner.onnx (models/portraits-128)
  --seeds N     subjects, from seed ${FIRST_SEED} (64)
  --polish N    steps of optimisation per subject on top of the refiner (0)
  --bars SET    what is asked: ${Object.keys(REFINER_BARS).join(' or ')} (portraits)
  --data DIR    the portraits data: judge, sweeps, renders (${portraits()})
  --threads N   of ONNX Runtime (2)
  --record      appends the JSON to test/bench/results.csv`;

const isBarSet = (name: string): name is BarSet => Object.hasOwn(REFINER_BARS, name);

async function main(): Promise<void> {
  const { model: folder, seeds, bars, data, threads, record, ...options } = readArguments(OPTIONS);
  if (!isBarSet(bars))
    throw new TruthError('usage', `--bars: expected ${Object.keys(REFINER_BARS).join(' or ')}, got ${bars}`);
  const count = wholeNumber('seeds', seeds, 2);
  const polish = wholeNumber('polish', options.polish, 0);
  const platform = trainingPlatform({ threads: wholeNumber('threads', threads) });
  const open = (refine: boolean) =>
    openViewSource(platform, folder, {
      truncation: TRUNCATION,
      refine,
      polish: refine && polish > 0 ? { steps: polish, matte: createFlatMatte(), platform } : null,
    });
  const judge = await openJudge(platform.runtime, join(data, 'judges/judge.onnx'));
  const plain = await open(false);
  const refined = await open(true).catch((error: unknown) => {
    if (!(error instanceof PipelineError && error.code === 'refiner-missing')) throw error;
    console.error(error.message);
    return null;
  });

  /** refiner.onnx on a batch of one subject's views, over synthesising them. */
  const refineTime = async ({ model, latents }: ViewSource) => {
    const { layers, wDim } = model.manifest;
    const yaws = Array.from({ length: TIMED_BATCH }, (_, k) => radians(-56.25 + 7.5 * k));
    const { source, views } = await latents(FIRST_SEED, yaws);
    const session = await platform.runtime.load(
      await readModelFile(platform.files, folder, model.manifest, 'refiner.onnx'),
    );
    const run = refinerRun(session, { source, views, layers, wDim, yaws });
    const time = await timeShare(run, () => model.synthesize(views, TIMED_BATCH));
    await session.release();
    return time;
  };

  const { tables, json } = await benchRefiner({
    name: plain.model.manifest.name,
    unrefined: plain.views,
    refined: refined?.views ?? null,
    seeds: Array.from({ length: count }, (_, k) => FIRST_SEED + k),
    bars: REFINER_BARS[bars],
    judging: { judge, truth: trueFeatures(openRenders(data, JUDGE_RESOLUTION), judge) },
    sweeps: openSweeps(data, JUDGE_RESOLUTION),
    refineTime: refined ? await refineTime(plain) : null,
    onProgress: (text) => console.error(text),
  });
  await Promise.all([plain.release(), refined?.release(), judge.release()]);
  console.log(tables);
  const result = { ...json, polish, barSet: bars, calibrated: plain.calibrated !== null, load: loadavg()[0] };
  console.log(JSON.stringify(result));
  if (!refined) process.exitCode = 1;
  else if (record) appendResult(result);
}

await runBench(USAGE, main, [PipelineError]);
