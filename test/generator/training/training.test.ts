import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BuildTraining,
  buildTrainingStep,
  denseLayer,
  float32,
  mean,
  mul,
  type Random,
  sub,
  type TrainingRuntime,
  tanh,
  trainingRuntime,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import {
  type CheckpointFiles,
  rateSchedule,
  readTensors,
  type TrainerContext,
  type TrainingJob,
  train,
  writeTensors,
} from '../../../generator/src/training/index.ts';

const build: BuildTraining = (scope, graph) => {
  const x = graph.input('x', 'float32', [8, 2]);
  const y = graph.input('y', 'float32', [8, 1]);
  const hidden = tanh(denseLayer(scope.scope('hidden'), x, 16));
  const error = sub(denseLayer(scope.scope('out'), hidden, 1), y);
  return { loss: mean(mul(error, error)) };
};

const step = buildTrainingStep('regression', build, { weightDecay: 1e-3, clipNorm: 1, averageDecay: 0.95 });

function job(steps: number, batch?: TrainingJob['batch']): TrainingJob {
  return {
    step,
    steps,
    seed: 7,
    rate: rateSchedule(steps, { peak: 0.02, ramp: 5 }),
    imagesPerStep: 8,
    settings: 'regression',
    batch:
      batch ??
      ((_, random: Random) => {
        const x = Float32Array.from({ length: 16 }, () => random.normal());
        const y = Float32Array.from({ length: 8 }, (_, i) => Math.sin(x[2 * i]!) * x[2 * i + 1]!);
        return { x: float32(x, [8, 2]), y: float32(y, [8, 1]) };
      }),
  };
}

class MemoryFiles implements CheckpointFiles {
  readonly files = new Map<string, Uint8Array>();
  async read(path: string): Promise<Uint8Array> {
    const bytes = this.files.get(path);
    if (!bytes) throw new Error(`no ${path}`);
    return bytes;
  }
  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, bytes.slice());
  }
  async exists(path: string): Promise<boolean> {
    return this.files.has(path);
  }
}

const here = trainingRuntime(createRuntime({ threads: 1 }));
const context = (
  files: CheckpointFiles,
  more: Partial<TrainerContext> = {},
  runtime: TrainingRuntime = here,
) => ({
  runtime,
  files,
  now: () => performance.now() / 1000,
  ...more,
});
const CHECKPOINT = { checkpoint: 'run/state.safetensors' };

const largestDifference = (
  a: Readonly<Record<string, Float32Array>>,
  b: Readonly<Record<string, Float32Array>>,
) => {
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  return Math.max(
    ...Object.keys(a).flatMap((name) => [...a[name]!].map((v, i) => Math.abs(v - b[name]![i]!))),
  );
};

describe('train', () => {
  it('learns', async () => {
    const losses: number[] = [];
    const onProgress: TrainerContext['onProgress'] = ({ reports }) => losses.push(reports['loss']!);
    const options = { ...CHECKPOINT, progressSeconds: 0 };
    const { steps, finished } = await train(job(300), context(new MemoryFiles(), { onProgress }), options);
    expect({ steps, finished }).toEqual({ steps: 300, finished: true });
    const average = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(losses.length).toBe(300);
    expect(average(losses.slice(-30))).toBeLessThan(average(losses.slice(0, 30)) / 3);
  });

  it('ends at an abort, saves, and goes on to the numbers of an unbroken run', async () => {
    const unbroken = await train(job(40), context(new MemoryFiles()), CHECKPOINT);
    const files = new MemoryFiles();
    const abort = new AbortController();
    const stopAt17: TrainerContext['onProgress'] = (progress) => {
      if (progress.step === 17) abort.abort();
    };
    const options = { ...CHECKPOINT, progressSeconds: 0 };
    const broken = await train(
      job(40),
      context(files, { signal: abort.signal, onProgress: stopAt17 }),
      options,
    );
    expect(broken).toMatchObject({ steps: 17, finished: false });
    expect(largestDifference(broken.state, unbroken.state)).toBeGreaterThan(1e-4);
    const resumed = await train(job(40), context(files), { ...CHECKPOINT, resume: true });
    expect(resumed).toMatchObject({ steps: 40, finished: true });
    expect(largestDifference(resumed.state, unbroken.state)).toBeLessThan(1e-5);
  });

  it('writes a checkpoint now and then, and a finished run resumes to nothing', async () => {
    const files = new MemoryFiles();
    const seen: number[] = [];
    let clock = 0;
    const now = () => clock++;
    const onCheckpoint: TrainerContext['onCheckpoint'] = async (saved) => {
      seen.push(saved.step);
    };
    await train(job(20), context(files, { now, onCheckpoint }), { ...CHECKPOINT, checkpointSeconds: 10 });
    expect(seen.length).toBeGreaterThan(1);
    const again = await train(job(20), context(files), { ...CHECKPOINT, resume: true });
    expect(again.steps).toBe(20);
  });

  it('refuses the checkpoint of another run', async () => {
    const files = new MemoryFiles();
    await train(job(3), context(files), CHECKPOINT);
    await expect(
      train({ ...job(3), seed: 8 }, context(files), { ...CHECKPOINT, resume: true }),
    ).rejects.toThrow(/expected settings .*"seed":8/);
  });

  it('ends with an error and the last good state where the loss is no number', async () => {
    const files = new MemoryFiles();
    const poisoned = job(30, (index) => ({
      x: float32(new Float32Array(16).fill(index === 12 ? Number.NaN : 0.5), [8, 2]),
      y: float32(new Float32Array(8).fill(1), [8, 1]),
    }));
    await expect(train(poisoned, context(files), CHECKPOINT)).rejects.toMatchObject({
      code: 'training',
      message: expect.stringMatching(/loss is NaN at step 12 of 30.*run\/state\.safetensors/),
    });
    const { metadata, tensors } = readTensors(files.files.get('run/state.safetensors')!);
    expect(metadata['step']).toBe('12');
    for (const data of Object.values(tensors)) expect(data.every(Number.isFinite)).toBe(true);
  });

  it('in a worker gives the same numbers and leaves this thread free', async () => {
    const worker = createWorkerTrainingRuntime({ threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    try {
      const there = await train(job(60), context(new MemoryFiles(), {}, worker), CHECKPOINT);
      const ticksThere = ticks;
      const direct = await train(job(60), context(new MemoryFiles()), CHECKPOINT);
      expect(largestDifference(there.state, direct.state)).toBeLessThan(1e-6);
      expect(ticksThere).toBeGreaterThan(5);
      const bad = { ...job(2), batch: () => ({ x: float32(new Float32Array(3), [3]) }) };
      await expect(train(bad, context(new MemoryFiles(), {}, worker), CHECKPOINT)).rejects.toThrow(
        /'y' is missing/,
      );
    } finally {
      clearInterval(timer);
      await worker.close();
    }
  });
});

describe('safetensors', () => {
  it('keeps every float, name and note', () => {
    const names = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((n) => n !== '__metadata__' && n !== '__proto__');
    const tensors = fc.dictionary(names, fc.float32Array({ maxLength: 20 }), { noNullPrototype: true });
    fc.assert(
      fc.property(tensors, fc.string(), (written, note) => {
        const read = readTensors(writeTensors({ metadata: { note }, tensors: written }));
        expect(read.metadata).toEqual({ note });
        expect(read.tensors).toEqual(written);
      }),
    );
  });

  it('refuses a file that is cut short or no such file', () => {
    const bytes = writeTensors({ metadata: {}, tensors: { a: Float32Array.of(1, 2, 3) } });
    for (const length of [0, 7, 20, bytes.length - 1])
      expect(() => readTensors(bytes.subarray(0, length))).toThrow(/safetensors: expected/);
    expect(() => readTensors(new TextEncoder().encode('\n\0\0\0\0\0\0\0not json at all'))).toThrow(
      /JSON header/,
    );
  });
});

describe('rateSchedule', () => {
  it('rises, stays and falls to its last share', () => {
    const rate = rateSchedule(100, { peak: 1, ramp: 10, constantUntil: 0.6, final: 0.03 });
    expect(rate(0)).toBeCloseTo(0.1, 9);
    expect(rate(30)).toBe(1);
    expect(rate(60)).toBe(1);
    expect(rate(99)).toBeCloseTo(0.03, 9);
    for (let i = 61; i < 99; i++) expect(rate(i)).toBeLessThan(rate(i - 1));
  });
});
