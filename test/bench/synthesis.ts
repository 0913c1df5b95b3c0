/**
 * Synthesis on the CPU against PyTorch: the same network, weights, latents and threads, in the same run.
 * `--record` appends the result to test/bench/results.csv; `--data DIR` names another folder with portraits-128.pt,
 * a path another rosinality checkpoint.
 *
 * Rounds are interleaved: in each, every form of ours and of the peer has one turn, in an order of its own. Before a
 * turn all rest, since both sides' threads go on spinning for some milliseconds after a run and would take the
 * other's cores; a turn is one run to wake its own, then the timed one. Medians of nine; the peer's fastest form counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as rest } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readCheckpoint } from '../../generator/src/checkpoint/index.ts';
import { buildSynthesis, SYNTHESIS_DEFAULTS, type Upsampling } from '../../generator/src/gan/index.ts';
import { float32, float32Data, Random, serialize } from '../../generator/src/graph/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { portraits, ROOT } from '../shared.ts';
import { appendResult } from './results.ts';

const ROUNDS = 9;
const THREADS = 2;
const BATCHES = [1, 8];
const FORMS: readonly Upsampling[] = ['transpose', 'subpixel', 'phases'];
const PYTHON = '/usr/bin/python3';
/** Milliseconds after which neither ONNX Runtime's nor OpenMP's threads spin any more. */
const REST = 40;
/** Largest relative difference of the pictures' mean absolute value: else the two are not the same network. */
const AGREEMENT = 1e-4;

/** One form of the network, ready to run. */
interface Contender {
  readonly name: string;
  /** Runs it twice: milliseconds of the second run, and the pictures' mean absolute value. */
  turn(): Promise<{ readonly ms: number; readonly mean: number }>;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** PyTorch in a process of its own, asked for one turn at a time. */
async function startPeer(checkpoint: string, ws: Float32Array, batch: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synthesis-'));
  writeFileSync(join(folder, 'ws.f32'), ws);
  const script = join(ROOT, 'test/bench/peers/synthesis.py');
  const child = spawn(PYTHON, [script, checkpoint, join(folder, 'ws.f32'), `${batch}`, `${THREADS}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the peer ended: is python3-torch installed?');
    return JSON.parse(value);
  };
  const hello = await next();
  const contenders = (hello['variants'] as string[]).map(
    (variant): Contender => ({
      name: `torch-${variant}`,
      async turn() {
        child.stdin.write(`${variant}\n`);
        return (await next()) as { ms: number; mean: number };
      },
    }),
  );
  return {
    torch: hello['torch'] as string,
    contenders,
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end('\n');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

const { values, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false }, data: { type: 'string' } },
  allowPositionals: true,
});
const checkpoint =
  positionals[0] ?? (values.data ? join(values.data, 'portraits-128.pt') : portraits('portraits-128.pt'));
if (!existsSync(checkpoint))
  throw new Error(`bench: expected a rosinality checkpoint at ${checkpoint}, found none`);
const hasPeer = existsSync(PYTHON);
if (!hasPeer) console.log(`No ${PYTHON}: the peer (python3-torch) is not timed.`);
const weights = readCheckpoint(new Uint8Array(readFileSync(checkpoint)));
const runtime = createRuntime({ threads: THREADS });
const sessions = await Promise.all(
  FORMS.map(async (upsampling) => ({
    name: `ours-${upsampling}`,
    session: await runtime.load(serialize(buildSynthesis(weights, { upsampling }))),
  })),
);

/** Our forms on a batch of latents. */
function ourContenders(ws: Float32Array, shape: readonly number[]): Contender[] {
  return sessions.map(({ name, session }) => ({
    name,
    async turn() {
      await session.run({ ws: float32(ws, shape) }, ['image']);
      const start = performance.now();
      const outputs = await session.run({ ws: float32(ws, shape) }, ['image']);
      const ms = performance.now() - start;
      const image = float32Data(outputs, 'image');
      return { ms, mean: image.reduce((sum, v) => sum + Math.abs(v), 0) / image.length };
    },
  }));
}

const ratios: Record<string, number> = {};
const figures: Record<string, Record<string, number>> = {};
let torch: string | null = null;
console.log(`batch  form${' '.repeat(38)}ms, median of ${ROUNDS}, at best`);
for (const batch of BATCHES) {
  const shape = [batch, weights.layers, weights.wDim];
  const random = new Random(1, 'ws');
  const ws = Float32Array.from({ length: batch * weights.layers * weights.wDim }, () => random.normal());
  const peer = hasPeer ? await startPeer(checkpoint, ws, batch) : null;
  torch = peer?.torch ?? null;
  const contenders = [...ourContenders(ws, shape), ...(peer?.contenders ?? [])];
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const means = new Map<string, number>();
  for (let round = -1; round < ROUNDS; round++) {
    const order = contenders.map((contender) => [random.uniform(), contender] as const);
    for (const [, { name, turn }] of order.sort(([a], [b]) => a - b)) {
      await rest(REST);
      const { ms, mean } = await turn();
      means.set(name, mean);
      if (round >= 0) times.get(name)!.push(ms);
    }
  }
  await peer?.stop();
  const expected = means.get(contenders[0]!.name)!;
  for (const [name, mean] of means)
    if (!(Math.abs(mean / expected - 1) < AGREEMENT))
      throw new Error(`bench: expected pictures of mean ${expected} of ${name}, got ${mean}`);
  const medians = Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)]));
  figures[`batch${batch}`] = medians;
  for (const [name, ms] of times)
    console.log(
      `${String(batch).padStart(5)}  ${name.padEnd(40)} ${median(ms).toFixed(2).padStart(9)} ${Math.min(...ms)
        .toFixed(2)
        .padStart(9)}`,
    );
  if (!peer) continue;
  const theirs = Math.min(...peer.contenders.map(({ name }) => medians[name]!));
  ratios[`batch${batch}`] = Number((medians[`ours-${SYNTHESIS_DEFAULTS.upsampling}`]! / theirs).toFixed(3));
}
const json = {
  bench: 'synthesis',
  ratio: hasPeer ? Math.max(...Object.values(ratios)) : null,
  ratios,
  form: SYNTHESIS_DEFAULTS.upsampling,
  threads: THREADS,
  torch,
  load: loadavg()[0],
  ms: figures,
};
console.log(JSON.stringify(json));
if (values.record) appendResult(json);
await Promise.all(sessions.map(({ session }) => session.release()));
