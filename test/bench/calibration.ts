/**
 * The truth test of depth and yaw (`truth/judge-calibration.ts` says what its figures mean).
 *
 *   npm run bench:calibration                   trains on turntables, images only, and judges what came of it
 *   npm run bench:calibration -- --model DIR    judges a model's depth.onnx and pose.onnx
 *
 * Prints a table, then one JSON object as its last line.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MONODEPTH2_CONFIG, TURNTABLE_CONFIG } from '../../generator/src/calibration/config.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { portraits } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { benchCalibration } from './truth/bench.ts';
import { loadCalibrationNets, loadFreeMotionNets, modelResolution } from './truth/calibration-nets.ts';
import { openSweeps } from './truth/sweeps.ts';
import { MODEL_BARS, TRAINED_BARS } from './truth/table.ts';
import { trainOnTurntables, turntableSet } from './truth/train-turntables.ts';
import { openTurntables } from './truth/turntables.ts';

/** What 15 minutes on two AVX-512 cores allow at 128². */
const DEFAULT_STEPS = 2000;
/** Share of the steps that monodepth2 gets where none are asked for: one of its steps takes ten of ours. */
const PEER_SHARE = 0.02;

const OPTIONS = {
  model: { type: 'string' },
  steps: { type: 'string' },
  minutes: { type: 'string' },
  'monodepth2-steps': { type: 'string' },
  train: { type: 'string', default: portraits('turntables') },
  out: { type: 'string', default: join(tmpdir(), 'turnaround-bench-calibration') },
  data: { type: 'string', default: portraits() },
  resolution: { type: 'string' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:calibration --model DIR [options]
  --model DIR       judges DIR/depth.onnx and DIR/pose.onnx instead of training
  --steps N         of training (${DEFAULT_STEPS}: 15 minutes on two AVX-512 cores)
  --minutes M       trains as many steps as fit into M minutes
  --monodepth2-steps N  of the monodepth2 configuration (a fiftieth of the others; 0 leaves it out)
  --train DIR       turntables to learn from: a folder a person, pictures in order
  --out DIR         nets and checkpoint; a second run goes on from the checkpoint
  --data DIR        sweeps with truth, in the portraits' form (${portraits()})
  --resolution R    pixels of a side (model.json's; 128 for training)
  --seed N          which views are taken (1)
  --threads N       of ONNX Runtime (2)
  --record          appends the JSON to test/bench/results.csv`;

async function main(): Promise<void> {
  const { model, data, resolution, seed, threads, record, out } = readArguments(OPTIONS);
  const side =
    resolution === undefined
      ? model === undefined
        ? 128
        : modelResolution(model)
      : wholeNumber('resolution', resolution);
  const sweeps = openSweeps(data, side);
  const runtime = createRuntime({ threads: wholeNumber('threads', threads) });
  const trained = model === undefined ? await trainFirst(side) : null;
  const nets = await loadCalibrationNets(runtime, model ?? out);
  const peer = trained?.monodepth2 ? await loadFreeMotionNets(runtime, peerFolder(out)) : null;
  const { table, json } = await benchCalibration(
    {
      main: { name: trained ? TURNTABLE_CONFIG.name : 'model', system: nets },
      peers: peer ? [{ name: MONODEPTH2_CONFIG.name, system: peer }] : [],
      bars: trained ? TRAINED_BARS : MODEL_BARS,
      plan: { seed: wholeNumber('seed', seed) },
      details: trained ? { mode: 'train', ...trained } : { mode: 'model', model },
    },
    sweeps,
  );
  await Promise.all([nets.release(), peer?.release()]);
  console.log(table);
  console.log(JSON.stringify(json));
  if (record) appendResult(json);
}

const peerFolder = (out: string): string => join(out, MONODEPTH2_CONFIG.name);

/** Trains by the arguments; progress goes to standard error. */
async function trainFirst(side: number) {
  const { steps, minutes, 'monodepth2-steps': peerSteps, train, threads, out } = readArguments(OPTIONS);
  const common = {
    minutes: wholeNumber('minutes', minutes ?? '15'),
    threads: wholeNumber('threads', threads),
    seed: 1,
    onProgress: (text: string) => console.error(text),
  };
  const asked =
    peerSteps === undefined || peerSteps === '0' ? null : wholeNumber('monodepth2-steps', peerSteps);
  const set = await turntableSet(await openTurntables(train, side), side);
  const trained = await trainOnTurntables(set, {
    ...common,
    config: TURNTABLE_CONFIG,
    steps: minutes !== undefined ? null : wholeNumber('steps', steps ?? String(DEFAULT_STEPS)),
    out,
  });
  if (peerSteps === '0') return { ...trained, monodepth2: null };
  const monodepth2 = await trainOnTurntables(set, {
    ...common,
    config: MONODEPTH2_CONFIG,
    steps: asked ?? Math.ceil(PEER_SHARE * trained.steps),
    out: peerFolder(out),
  });
  return { ...trained, monodepth2 };
}

await runBench(USAGE, main);
