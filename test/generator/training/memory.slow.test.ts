import { describe, expect, it } from 'vitest';
import {
  buildTrainingStep,
  denseLayer,
  float32,
  initialState,
  mean,
  mul,
  Random,
  relu,
  scheduleFeeds,
  sub,
  type TrainingRuntime,
  trainingRuntime,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';

/** Two million weights: with Adam's moments 25 MB of state leave each step, 25 GB in all. */
const step = buildTrainingStep('memory', (scope, graph) => {
  const x = graph.input('x', 'float32', [16, 1024]);
  const hidden = relu(denseLayer(scope.scope('a'), x, 1024));
  const error = sub(denseLayer(scope.scope('b'), hidden, 1024), x);
  return { loss: mean(mul(error, error)) };
});

const STEPS = 1000;
const megabytes = (): number => process.memoryUsage().rss / 2 ** 20;

async function growth(runtime: TrainingRuntime): Promise<number> {
  const session = await runtime.load(step, initialState(step, 1));
  const random = new Random(1);
  const x = float32(
    Float32Array.from({ length: 16 * 1024 }, () => random.normal()),
    [16, 1024],
  );
  let after100 = 0;
  for (let i = 0; i < STEPS; i++) {
    const { loss } = await session.step({ x, ...scheduleFeeds(step, i, 1e-4) });
    expect(Number.isFinite(loss![0])).toBe(true);
    if (i === 100) after100 = megabytes();
  }
  const grown = megabytes() - after100;
  await session.release();
  return grown;
}

describe('memory', () => {
  // What the collector has not yet come to is part of the process: the bar is a two hundredth of what a leak would take.
  it(`does not grow over ${STEPS} steps`, async () => {
    expect(await growth(trainingRuntime(createRuntime({ threads: 1 })))).toBeLessThan(130);
  });

  it(`does not grow over ${STEPS} steps in a worker`, async () => {
    const worker = createWorkerTrainingRuntime({ threads: 1 });
    try {
      expect(await growth(worker)).toBeLessThan(130);
    } finally {
      await worker.close();
    }
  });
});
