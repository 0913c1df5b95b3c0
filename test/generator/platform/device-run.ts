/**
 * A process of its own that trains a small net on a device and on the CPU: `device-run.ts webgpu` prints one JSON
 * object. Drivers are found when a process starts, so that a test that chooses one has to start a process.
 */
import {
  batchNorm,
  buildTrainingStep,
  convLayer,
  denseLayer,
  float32,
  Graph,
  globalAveragePool,
  initialState,
  mean,
  mul,
  Random,
  relu,
  scheduleFeeds,
  serialize,
  sign,
  sub,
  type TrainingRuntime,
  trainingRuntime,
  upsampledConvLayer,
} from '../../../generator/src/graph/index.ts';
import { chooseDevice, tryDevice } from '../../../generator/src/platform/devices.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { type Placement, placementOf } from '../../../generator/src/platform/placement.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';

export interface DeviceRun {
  /** Why the device is not there; null where it is, and then the rest is given. */
  readonly problem: string | null;
  /** The CPU's time ÷ the device's, and what `auto` takes. */
  readonly speed?: number;
  readonly auto?: string;
  readonly losses?: { readonly device: readonly number[]; readonly cpu: readonly number[] };
  /** Of the training step, as ONNX Runtime's log has it. */
  readonly placements?: readonly Placement[];
  /** Of a graph with an operator that WebGPU has no kernel for. */
  readonly sign?: { readonly refusal: string | null; readonly allowed: readonly number[] };
}

const STEPS = 8;

const step = buildTrainingStep(
  'small',
  (scope, graph) => {
    const image = graph.input('image', 'float32', [4, 3, 8, 8]);
    const target = graph.input('target', 'float32', [4, 2]);
    const coarse = convLayer(scope.scope('down'), image, 8, { stride: 2, bias: false });
    const normed = relu(batchNorm(scope.scope('norm'), coarse));
    const fine = upsampledConvLayer(scope.scope('up'), normed, null, 4, relu);
    const error = sub(denseLayer(scope.scope('head'), globalAveragePool(fine), 2), target);
    return { loss: mean(mul(error, error)) };
  },
  { clipNorm: 1, weightDecay: 1e-4 },
);

async function losses(runtime: TrainingRuntime): Promise<number[]> {
  const session = await runtime.load(step, initialState(step, 1));
  const random = new Random(1);
  const normals = (shape: number[]) =>
    float32(
      Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => random.normal()),
      shape,
    );
  const batch = { image: normals([4, 3, 8, 8]), target: normals([4, 2]) };
  const found: number[] = [];
  for (let index = 0; index < STEPS; index++) {
    const { loss } = await session.step({ ...batch, ...scheduleFeeds(step, index, 1e-2) });
    found.push(loss![0]!);
  }
  await session.release();
  return found;
}

async function signs(device: 'cuda' | 'webgpu'): Promise<NonNullable<DeviceRun['sign']>> {
  const graph = new Graph('signs');
  graph.output('y', mul(sign(graph.input('x', 'float32', [3])), 2));
  const model = serialize(graph);
  const refusal = await createRuntime({ device, threads: 1 })
    .load(model)
    .then(
      async (session) => {
        await session.release();
        return null;
      },
      (error: Error) => error.message,
    );
  const session = await createRuntime({ device, threads: 1, allowFallback: true }).load(model);
  const { y } = await session.run({ x: float32(Float32Array.of(-2, 0, 3), [3]) });
  await session.release();
  return { refusal, allowed: Array.from(y!.data as Float32Array) };
}

async function main(device: 'cuda' | 'webgpu'): Promise<DeviceRun> {
  const { problem, speed } = await tryDevice(device);
  if (problem !== null || speed === null) return { problem };
  const worker = createWorkerTrainingRuntime({ device, threads: 1 });
  try {
    return {
      problem,
      speed,
      auto: await chooseDevice('auto'),
      losses: {
        device: await losses(worker),
        cpu: await losses(trainingRuntime(createRuntime({ threads: 1 }))),
      },
      placements: await placementOf(serialize(step.graph), device),
      sign: await signs(device),
    };
  } finally {
    await worker.close();
  }
}

process.stdout.write(JSON.stringify(await main(process.argv[2] as 'cuda' | 'webgpu')));
