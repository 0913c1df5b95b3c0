/**
 * The truth test of depth and yaw (`truth/judge-calibration.ts` says what its figures mean).
 *
 *   npm run bench:calibration -- --model DIR    judges a model's depth.onnx and pose.onnx
 *
 * Prints a table, then one JSON object as its last line.
 */
import { parseArgs } from 'node:util';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { portraits } from '../shared.ts';
import { appendResult } from './results.ts';
import { benchCalibration } from './truth/bench.ts';
import { loadCalibrationNets, modelResolution } from './truth/calibration-nets.ts';
import { TruthError } from './truth/errors.ts';
import { openSweeps } from './truth/sweeps.ts';
import { MODEL_BARS } from './truth/table.ts';

const OPTIONS = {
  model: { type: 'string' },
  data: { type: 'string', default: portraits() },
  resolution: { type: 'string' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:calibration --model DIR [options]
  --model DIR       judges DIR/depth.onnx and DIR/pose.onnx
  --data DIR        sweeps with truth, in the portraits' form (${portraits()})
  --resolution R    pixels of a side (model.json's)
  --seed N          which views are taken (1)
  --threads N       of ONNX Runtime (2)
  --record          appends the JSON to test/bench/results.csv`;

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new TruthError('usage', `--${name}: expected a whole number from 1, got ${text}`);
  return value;
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new TruthError('usage', (error as Error).message);
  }
}

async function main(): Promise<void> {
  const { model, data, resolution, seed, threads, record } = readArguments();
  if (model === undefined) throw new TruthError('usage', 'calibration: expected --model DIR, got none');
  const side = resolution === undefined ? modelResolution(model) : wholeNumber('resolution', resolution);
  const sweeps = openSweeps(data, side);
  const nets = await loadCalibrationNets(createRuntime({ threads: wholeNumber('threads', threads) }), model);
  const { table, json } = await benchCalibration(
    {
      main: { name: 'model', system: nets },
      bars: MODEL_BARS,
      plan: { seed: wholeNumber('seed', seed) },
      details: { mode: 'model', model },
    },
    sweeps,
  );
  await nets.release();
  console.log(table);
  console.log(JSON.stringify(json));
  if (record) appendResult(json);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TruthError)) throw error;
  console.error(error.message);
  if (error.code === 'usage') console.error(USAGE);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
