/**
 * Synthesis on the CPU against PyTorch: the same network, weights, batch and threads, in the same run.
 * `--record` appends the result to test/bench/results.csv; a path names another rosinality checkpoint.
 * Rounds are interleaved (ours, then each of the peer's forms); medians of nine. The peer's fastest form counts.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readCheckpoint } from '../../generator/src/checkpoint/index.ts';
import { buildSynthesis, SYNTHESIS_DEFAULTS, type Upsampling } from '../../generator/src/gan/index.ts';
import { float32, type Session, serialize } from '../../generator/src/graph/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { portraits, ROOT } from '../shared.ts';
import { appendResult } from './results.ts';

const ROUNDS = 9;
const THREADS = 2;
const BATCHES = [1, 8];
const FORMS: readonly Upsampling[] = ['transpose', 'subpixel', 'phases'];
const PYTHON = '/usr/bin/python3';

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** PyTorch in a process of its own, asked for one run at a time. */
async function startPeer(checkpoint: string, batch: number) {
  const script = join(ROOT, 'test/bench/peers/synthesis.py');
  const child = spawn(PYTHON, [script, checkpoint, String(batch), String(THREADS)], {
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
    variants: hello.variants as string[],
    torch: hello.torch as string,
    async run(variant: string): Promise<number> {
      child.stdin.write(`${variant}\n`);
      return (await next()).ms as number;
    },
    stop: () => child.stdin.end('\n'),
  };
}

async function timed(session: Session, ws: Float32Array, shape: readonly number[]): Promise<number> {
  const start = performance.now();
  await session.run({ ws: float32(ws, shape) }, ['image']);
  return performance.now() - start;
}

const { values, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const checkpoint = positionals[0] ?? portraits('portraits-128.pt');
if (!existsSync(checkpoint))
  throw new Error(`bench: expected a rosinality checkpoint at ${checkpoint}, found none`);
const weights = readCheckpoint(new Uint8Array(readFileSync(checkpoint)));
const runtime = createRuntime({ threads: THREADS });
const sessions = new Map<Upsampling, Session>();
for (const form of FORMS)
  sessions.set(form, await runtime.load(serialize(buildSynthesis(weights, { upsampling: form }))));

const ratio: Record<string, number> = {};
const rows: string[] = [];
const figures: Record<string, Record<string, number>> = {};
let torch = '';
for (const batch of BATCHES) {
  const shape = [batch, weights.layers, weights.wDim];
  const ws = Float32Array.from(
    { length: batch * weights.layers * weights.wDim },
    (_, k) => Math.sin(k * 12.9898) * 1.4,
  );
  const peer = await startPeer(checkpoint, batch);
  torch = peer.torch;
  const times: Record<string, number[]> = {};
  for (let round = -2; round < ROUNDS; round++) {
    const record = (name: string, ms: number) => {
      if (round >= 0) times[name] = [...(times[name] ?? []), ms];
    };
    for (const [form, session] of sessions) record(`ours-${form}`, await timed(session, ws, shape));
    for (const variant of peer.variants) record(`torch-${variant}`, await peer.run(variant));
  }
  peer.stop();
  const medians = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, median(ms)]));
  const ours = medians[`ours-${SYNTHESIS_DEFAULTS.upsampling}`]!;
  const theirs = Math.min(
    ...Object.entries(medians).flatMap(([name, ms]) => (name.startsWith('torch') ? [ms] : [])),
  );
  ratio[`batch${batch}`] = Number((ours / theirs).toFixed(3));
  figures[`batch${batch}`] = medians;
  for (const [name, ms] of Object.entries(medians))
    rows.push(`${String(batch).padStart(5)}  ${name.padEnd(40)} ${ms.toFixed(2).padStart(9)}`);
}
console.log(`batch  form${' '.repeat(38)}ms, median of ${ROUNDS}`);
for (const row of rows) console.log(row);
const json = {
  bench: 'synthesis',
  ratio: Math.max(...Object.values(ratio)),
  ratios: ratio,
  form: SYNTHESIS_DEFAULTS.upsampling,
  threads: THREADS,
  torch,
  load: loadavg()[0],
  ms: figures,
};
console.log(JSON.stringify(json));
if (values.record) appendResult(json);
await Promise.all([...sessions.values()].map((session) => session.release()));
