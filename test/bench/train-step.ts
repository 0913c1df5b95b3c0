/**
 * A training step (forward, backward, AdamW) on the CPU against PyTorch: the same networks, first weights, batch and
 * threads, in the same run. Rounds are interleaved (ours, then each of the peer's forms); medians of nine. The peer's
 * fastest form counts, and both must report the same losses.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
  scheduleFeeds,
  sub,
  type TensorValue,
  type TrainingStep,
  trainingRuntime,
  upsampledConvLayer,
  type Value,
} from '../../generator/src/graph/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../shared.ts';
import { appendResult } from './results.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const THREADS = Number(process.env['THREADS'] ?? 2);
const PYTHON = '/usr/bin/python3';
const RATE = 5e-4;
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

/** Our side: a step at a time, its outputs fed straight back. */
async function startOurs(name: string, net: Net, folder: string) {
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
  const session = await trainingRuntime(createRuntime({ threads: THREADS })).load(step, first);
  const tensors = [
    ...step.parameters.map(({ name: key, shape }) => [key, shape, first[key]!] as const),
    ...Object.entries(batch).map(([key, { shape, data }]) => [key, shape, data as Float32Array] as const),
  ];
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(tensors.map(([key, shape]) => [key, shape])));
  writeFileSync(
    join(folder, `${name}.bin`),
    Buffer.concat(tensors.map(([, , data]) => Buffer.from(data.buffer))),
  );
  let index = 0;
  return {
    parameters: step.parameters.reduce((n, p) => n + (p.kind === 'parameter' ? first[p.name]!.length : 0), 0),
    async run(): Promise<{ ms: number; loss: number }> {
      const start = performance.now();
      const { loss } = await session.step({ ...batch, ...scheduleFeeds(step, index++, RATE) });
      return { ms: performance.now() - start, loss: loss![0]! };
    },
    stop: () => session.release(),
  };
}

/** PyTorch in a process of its own, asked for one step at a time. */
async function startPeer(folder: string, name: string) {
  const script = join(ROOT, 'test/bench/peers/train_step.py');
  const child = spawn(PYTHON, [script, folder, String(THREADS), name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the peer ended: is python3-torch installed?');
    return JSON.parse(value);
  };
  const hello = await next();
  return {
    variants: hello['variants'] as string[],
    torch: hello['torch'] as string,
    async run(variant: string): Promise<{ ms: number; loss: number }> {
      child.stdin.write(`${variant}\n`);
      return (await next()) as { ms: number; loss: number };
    },
    stop: () => child.stdin.end('\n'),
  };
}

const { values: options, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const only = positionals[0];
if (only && !(only in NETS))
  throw new Error(`train-step: expected one of ${Object.keys(NETS).join(', ')}, got ${only}`);
const ratio: Record<string, number> = {};
const figures: Record<string, unknown> = {};
const hasPeer = existsSync(PYTHON);
if (!hasPeer) console.log(`No ${PYTHON}: the peer (python3-torch) is not timed.`);
for (const [name, net] of Object.entries(NETS)) {
  if (only && only !== name) continue;
  const folder = mkdtempSync(join(tmpdir(), 'train-step-'));
  const ours = await startOurs(name, net, folder);
  const peer = hasPeer ? await startPeer(folder, name) : null;
  const times = new Map<string, number[]>([
    ['ours', []],
    ...(peer?.variants ?? []).map((v) => [v, []] as [string, number[]]),
  ]);
  let disagreement = 0;
  for (let round = -2; round < ROUNDS; round++) {
    const mine = await ours.run();
    if (round >= 0) times.get('ours')!.push(mine.ms);
    for (const variant of peer?.variants ?? []) {
      const theirs = await peer!.run(variant);
      // Rounding alone drives two runs apart later on: the first steps tell whether the arithmetic is the same.
      if (round < 1) disagreement = Math.max(disagreement, Math.abs(theirs.loss - mine.loss) / mine.loss);
      if (round >= 0) times.get(variant)!.push(theirs.ms);
    }
  }
  peer?.stop();
  await ours.stop();
  rmSync(folder, { recursive: true });
  const rows = [...times].map(([form, values]) => [form, median(values)] as const);
  const fastest = new Map([...times].map(([form, values]) => [form, Math.min(...values)]));
  console.log(
    `\n${name}: ${ours.parameters} parameters, batch ${BATCH} at ${net.size}², ${THREADS} threads, median of ${ROUNDS}`,
  );
  for (const [form, ms] of rows)
    console.log(
      `  ${form.padEnd(44)} ${ms.toFixed(1).padStart(8)} ms, at best ${fastest.get(form)!.toFixed(1)}`,
    );
  const [[, mine], ...others] = rows as [readonly [string, number], ...(readonly [string, number])[]];
  const best = Math.min(...others.map(([, ms]) => ms));
  if (peer) {
    if (disagreement > 1e-3) throw new Error(`${name}: losses differ from PyTorch's by ${disagreement}`);
    ratio[name] = Number((mine / best).toFixed(3));
    console.log(
      `  ratio ${ratio[name]}; losses of the first three steps agree to ${disagreement.toExponential(1)}`,
    );
  }
  figures[name] = {
    ...Object.fromEntries(rows.map(([form, ms]) => [form, Number(ms.toFixed(2))])),
    disagreement,
  };
}
const result = { bench: 'train-step', ratio, threads: THREADS, rounds: ROUNDS, milliseconds: figures };
console.log(JSON.stringify(result));
if (options.record) appendResult(result);
