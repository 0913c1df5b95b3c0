/** The two sides of bench:train-step: ours in this process, PyTorch in one of its own. Both take one step when asked. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  scheduleFeeds,
  type TensorValue,
  type TrainingState,
  type TrainingStep,
  trainingRuntime,
} from '../../generator/src/graph/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../shared.ts';

export const PYTHON = '/usr/bin/python3';

/** A tensor that the peer is given, by name; `shape` as far as the peer cannot know it. */
export type PeerTensor = readonly [name: string, shape: readonly number[], data: Float32Array];

/** What both sides train. */
export interface TrainingTask {
  readonly name: string;
  /** For people: sizes and batch. */
  readonly title: string;
  readonly step: TrainingStep;
  readonly first: TrainingState;
  readonly batch: Readonly<Record<string, TensorValue>>;
  /** Learning rate of every step; the peer's script knows it too. */
  readonly rate: number;
  /** In `peers/`. */
  readonly script: string;
  /** All that the peer is told. */
  readonly tensors: readonly PeerTensor[];
}

/** One step: its time, and by name what it reports; `loss` is always there. */
export interface TakenStep {
  readonly ms: number;
  readonly reports: Readonly<Record<string, number>>;
}

/** The tensors of the first state's weights, by their names. */
export const weightTensors = (step: TrainingStep, first: TrainingState): PeerTensor[] =>
  step.parameters.map(({ name, shape }) => [name, shape, first[name]!]);

/** The tensors of a batch. */
export const batchTensors = (batch: TrainingTask['batch'], prefix = ''): PeerTensor[] =>
  Object.entries(batch).map(([key, { shape, data }]) => [prefix + key, shape, data as Float32Array]);

/** Our side: a step at a time, its outputs fed straight back. */
export async function startOurs({ step, first, batch, rate }: TrainingTask, threads: number) {
  const session = await trainingRuntime(createRuntime({ threads })).load(step, first);
  let index = 0;
  return {
    async run(): Promise<TakenStep> {
      const start = performance.now();
      const outputs = await session.step({ ...batch, ...scheduleFeeds(step, index++, rate) });
      const ms = performance.now() - start;
      return {
        ms,
        reports: Object.fromEntries(Object.entries(outputs).map(([key, [value]]) => [key, value!])),
      };
    },
    stop: () => session.release(),
  };
}

/** PyTorch in a process of its own, asked for one step at a time. @param folder where its tensors are handed over */
export async function startPeer({ name, script, tensors }: TrainingTask, folder: string, threads: number) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(tensors.map(([key, shape]) => [key, shape])));
  writeFileSync(
    join(folder, `${name}.bin`),
    Buffer.concat(tensors.map(([, , data]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))),
  );
  const path = join(ROOT, 'test/bench/peers', script);
  const child = spawn(PYTHON, [path, folder, String(threads), name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the peer ended: is python3-torch installed?');
    return JSON.parse(value);
  };
  const { variants, torch } = await next();
  return {
    variants: variants as string[],
    torch: torch as string,
    async run(variant: string): Promise<TakenStep> {
      child.stdin.write(`${variant}\n`);
      const { ms, ...reports } = (await next()) as Record<string, number>;
      return { ms: ms!, reports };
    },
    stop: () => child.stdin.end('\n'),
  };
}
