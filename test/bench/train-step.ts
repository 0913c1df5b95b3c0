/**
 * A training step (forward, backward, AdamW) on the CPU against PyTorch: the same networks, first weights, batch and
 * threads, in the same run. Rounds are interleaved (ours, then each of the peer's forms); medians of nine. The peer's
 * fastest form counts, and both must report the same losses. `refiner` is the step of `turnaround train --stage refiner`
 * with the shipped model's frozen networks; `polish5` is no matter of PyTorch: five steps of polishing 13 views by the
 * time that synthesis and depth of those views take.
 *
 *   npm run bench:train-step [-- NAME] [--record]     NAME: one of encoderDecoder, depthNet, refiner, polish5
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { depthNet } from '../../generator/src/calibration/depth-net.ts';
import {
  type BuildTraining,
  buildTrainingStep,
  convLayer,
  float32,
  initialState,
  leakyRelu,
  mean,
  mul,
  type OptimiserOptions,
  type ParameterScope,
  Random,
  sub,
  type TensorValue,
  type TrainingStep,
  upsampledConvLayer,
  type Value,
} from '../../generator/src/graph/index.ts';
import { REFINER_CONFIG } from '../../generator/src/refiner/index.ts';
import { ROOT } from '../shared.ts';
import { POLISH_STEPS, POLISHED_VIEWS, timePolish } from './polish-cost.ts';
import { frozenTensors, openRefinerTask, type RefinerTask, refinerTask, shaken } from './refiner-task.ts';
import { appendResult } from './results.ts';
import {
  batchTensors,
  PYTHON,
  startOurs,
  startPeer,
  type TakenStep,
  type TrainingTask,
  weightTensors,
} from './train-contenders.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const THREADS = Number(process.env['THREADS'] ?? 2);
const RATE = 5e-4;
/** The refiner's rate at the first step of its ramp: at 5e-4 its first steps overshoot, and PyTorch's own forms part by 5e-4. */
const REFINER_RATE = 6e-5;
/** Largest relative difference of what both sides report. */
const AGREEMENT = 1e-3;
const MODEL = join(ROOT, 'models/portraits-128');
const OPTIMISER: Partial<OptimiserOptions> = { beta2: 0.99, weightDecay: 1e-4 };

/** Seven convolutions, two halvings and two doublings, at 64². */
function encoderDecoder(scope: ParameterScope, image: Value): Value {
  const layer = (i: number, x: Value, outputs: number, stride = 1): Value =>
    leakyRelu(convLayer(scope.scope(`conv${i}`), x, outputs, { stride }), 0.2);
  const coarse = layer(3, layer(2, layer(1, layer(0, image, 32), 64, 2), 128, 2), 128);
  const leaky = (x: Value): Value => leakyRelu(x, 0.2);
  const finer = upsampledConvLayer(scope.scope('conv4'), coarse, null, 64, leaky);
  return convLayer(scope.scope('conv6'), upsampledConvLayer(scope.scope('conv5'), finer, null, 32, leaky), 3);
}

interface Net {
  readonly size: number;
  readonly channels: number;
  readonly build: (scope: ParameterScope, image: Value) => Value;
}

const BATCH = 16;
const NETS: Readonly<Record<string, Net>> = {
  encoderDecoder: { size: 64, channels: 3, build: encoderDecoder },
  depthNet: { size: 128, channels: 1, build: depthNet },
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function squaredError({ size, channels, build }: Net): BuildTraining {
  return (scope, graph) => {
    const image = graph.input('image', 'float32', [BATCH, 3, size, size]);
    const target = graph.input('target', 'float32', [BATCH, channels, size, size]);
    const difference = sub(build(scope, image), target);
    return { loss: mean(mul(difference, difference)) };
  };
}

/** A network that learns a random picture. */
function netTask(name: string, net: Net): TrainingTask {
  const step: TrainingStep = buildTrainingStep(name, squaredError(net), OPTIMISER);
  const random = new Random(1, name);
  const batch: Record<string, TensorValue> = {};
  for (const [key, channels] of [
    ['image', 3],
    ['target', net.channels],
  ] as const) {
    const shape = [BATCH, channels, net.size, net.size];
    const data = Float32Array.from({ length: BATCH * channels * net.size ** 2 }, () => random.uniform());
    batch[key] = float32(data, shape);
  }
  const first = initialState(step, 1);
  const title = `${parameterCount(step)} parameters, batch ${BATCH} at ${net.size}²`;
  const tensors = [...weightTensors(step, first), ...batchTensors(batch)];
  return { name, title, step, first, batch, rate: RATE, script: 'train_step.py', tensors };
}

/** The refiner's own step. */
function latentTask(task: RefinerTask): TrainingTask {
  const { step, batch } = refinerTask(task);
  const first = initialState(step, 1, shaken(step, initialState(step, 1)));
  const rows = batch['yaw']!.shape[0];
  const title = `${parameterCount(step)} parameters, ${rows} views at ${task.nets.resolution}², compared at ${task.sizes.side}²`;
  const tensors = [...weightTensors(step, first), ...batchTensors(batch, 'batch.'), ...frozenTensors(task)];
  return {
    name: 'refiner',
    title,
    step,
    first,
    batch,
    rate: REFINER_RATE,
    script: 'refiner_step.py',
    tensors,
  };
}

const parameterCount = ({ parameters }: TrainingStep): number =>
  parameters.reduce(
    (n, { kind, shape }) => n + (kind === 'parameter' ? shape.reduce((a, b) => a * b, 1) : 0),
    0,
  );

/** Largest relative difference of what both report: of all of it at the first step, later of the loss. */
function differenceOf(ours: TakenStep, theirs: TakenStep, round: number): number {
  const names = Object.keys(theirs.reports).filter((key) => key in ours.reports);
  return Math.max(
    ...(round === FIRST_ROUND ? names : ['loss']).map((key) => {
      const [a, b] = [ours.reports[key]!, theirs.reports[key]!];
      return Math.abs(a - b) / Math.abs(a);
    }),
  );
}

/** Two rounds warm up. */
const FIRST_ROUND = -2;

const { values: options, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const NAMES = [...Object.keys(NETS), 'refiner', 'polish5'];
const only = positionals[0];
if (only && !NAMES.includes(only))
  throw new Error(`train-step: expected one of ${NAMES.join(', ')}, got ${only}`);
const wanted = (name: string): boolean => !only || only === name;
const ratio: Record<string, number> = {};
const figures: Record<string, unknown> = {};
const hasPeer = existsSync(PYTHON);
if (!hasPeer) console.log(`No ${PYTHON}: the peer (python3-torch) is not timed.`);

async function compare(task: TrainingTask): Promise<void> {
  const { name } = task;
  const folder = mkdtempSync(join(tmpdir(), 'train-step-'));
  const ours = await startOurs(task, THREADS);
  const peer = hasPeer ? await startPeer(task, folder, THREADS) : null;
  const forms = peer?.variants ?? [];
  const times = new Map<string, number[]>([
    ['ours', []],
    ...forms.map((form) => [form, []] as [string, number[]]),
  ]);
  let disagreement = 0;
  for (let round = FIRST_ROUND; round < ROUNDS; round++) {
    const mine = await ours.run();
    if (round >= 0) times.get('ours')!.push(mine.ms);
    for (const form of forms) {
      const theirs = await peer!.run(form);
      // Rounding alone drives two runs apart later on: the first steps tell whether the arithmetic is the same.
      if (round < 1) disagreement = Math.max(disagreement, differenceOf(mine, theirs, round));
      if (round >= 0) times.get(form)!.push(theirs.ms);
    }
  }
  peer?.stop();
  await ours.stop();
  rmSync(folder, { recursive: true });
  const rows = [...times].map(([form, values]) => [form, median(values)] as const);
  console.log(`\n${name}: ${task.title}, ${THREADS} threads, median of ${ROUNDS}`);
  for (const [form, ms] of rows)
    console.log(
      `  ${form.padEnd(44)} ${ms.toFixed(1).padStart(8)} ms, at best ${Math.min(...times.get(form)!).toFixed(1)}`,
    );
  const [[, mine], ...others] = rows as [readonly [string, number], ...(readonly [string, number])[]];
  if (peer) {
    if (disagreement > AGREEMENT)
      throw new Error(`${name}: what is reported differs from PyTorch's by ${disagreement}`);
    ratio[name] = Number((mine / Math.min(...others.map(([, ms]) => ms))).toFixed(3));
    console.log(
      `  ratio ${ratio[name]}; losses of the first three steps agree to ${disagreement.toExponential(1)}`,
    );
  }
  figures[name] = {
    ...Object.fromEntries(rows.map(([form, ms]) => [form, Number(ms.toFixed(2))])),
    disagreement,
  };
}

async function comparePolish(task: RefinerTask): Promise<void> {
  const times = await timePolish(task, MODEL, THREADS, ROUNDS);
  const [steps, synthesis, depth] = (['steps', 'synthesis', 'depth'] as const).map((part) =>
    median(times.map((round) => round[part])),
  ) as [number, number, number];
  ratio['polish5'] = Number((steps / (synthesis + depth)).toFixed(2));
  figures['polish5'] = { steps, synthesis, depth };
  console.log(`\npolish5: ${POLISHED_VIEWS} views, ${THREADS} threads, median of ${ROUNDS}`);
  console.log(
    `  ${POLISH_STEPS} steps ${steps.toFixed(1)} ms; synthesis ${synthesis.toFixed(1)}, depth ${depth.toFixed(1)}`,
  );
  console.log(`  ratio ${ratio['polish5']}`);
}

for (const [name, net] of Object.entries(NETS)) if (wanted(name)) await compare(netTask(name, net));
if (wanted('refiner') || wanted('polish5')) {
  const task = await openRefinerTask(MODEL, THREADS, REFINER_CONFIG.batch.subjects);
  if (wanted('refiner')) await compare(latentTask(task));
  if (wanted('polish5')) await comparePolish(task);
}
const result = { bench: 'train-step', ratio, threads: THREADS, rounds: ROUNDS, milliseconds: figures };
console.log(JSON.stringify(result));
if (options.record) appendResult(result);
