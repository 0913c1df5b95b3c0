import { describe, expect, it } from 'vitest';
import {
  add,
  averagePool,
  batchNorm,
  blockConvolutions,
  buildTrainingStep,
  concat,
  conv,
  convLayer,
  denseLayer,
  elu,
  Graph,
  gradients,
  initialState,
  leakyRelu,
  mean,
  mul,
  type ParameterScope,
  probeBlock,
  type Runtime,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scheduleFeeds,
  slice,
  sub,
  tanh,
  upsampledConvLayer,
  upsampleNearest,
  type Value,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { numbersFrom, relativeError, runFloat32 } from './check.ts';
import type { Tensor } from './reference-tensor.ts';

const block = await probeBlock(createRuntime({ threads: 1 }));
const reason = block === null ? ' (skipped: this processor has no blocked convolutions)' : '';

/** Something of everything that the rewriting knows, and what it must leave alone. */
function network(scope: ParameterScope, image: Value): Value {
  const layer = (name: string, x: Value, outputs: number, options = {}): Value =>
    convLayer(scope.scope(name), x, outputs, options);
  const norm = (name: string, x: Value): Value => batchNorm(scope.scope(name), x);
  const stem = relu(norm('n0', layer('stem', image, 32, { kernel: 5, pad: 2, stride: 2, bias: false })));
  const inner = relu(norm('n1', layer('c1', stem, 32, { bias: false })));
  const block1 = relu(add(norm('n2', layer('c2', inner, 32, { bias: false })), stem));
  const down = leakyRelu(layer('down', block1, 64, { stride: 2 }), 0.2);
  const odd = tanh(layer('odd', down, 20));
  const up = upsampleNearest(elu(layer('back', odd, 32)), 2);
  const merged = relu(layer('merge', concat([up, block1], 1), 32, { dilation: 2, pad: 2 }));
  const coarse = averagePool(merged, 2);
  const woven = upsampledConvLayer(scope.scope('woven'), coarse, merged, 32, relu);
  const alone = upsampledConvLayer(scope.scope('alone'), coarse, null, 32, (v) => leakyRelu(v, 0.2));
  const parts = mul(slice(woven, 1, 0, 16), slice(alone, 1, 16, 32));
  const pooled = upsampleNearest(averagePool(parts, 2), 2);
  const gated = mul(add(parts, pooled), reduceMean(parts, [2, 3]));
  return layer('head', add(frozen(gated), styled(scope, gated)), 1);
}

const constant = (graph: Graph, seed: number, shape: readonly number[]): Value =>
  graph.constant(
    Float32Array.from(
      numbersFrom(
        seed,
        shape.reduce((a, b) => a * b),
      ),
    ),
    shape,
  );

/** Constant convolutions under a scale and an offset by channel, as a frozen network's normalisations are. */
function frozen(x: Value): Value {
  const part = (seed: number, shape: readonly number[]): Value => constant(x.graph, seed, shape);
  const channels = [1, 16, 1, 1];
  const first = conv(x, part(5, [16, 16, 3, 3]), null, { pad: 1 });
  const inner = relu(add(mul(first, part(6, channels)), part(7, channels)));
  const second = conv(inner, part(8, [16, 16, 1, 1]), part(9, [16]));
  return relu(add(add(mul(part(10, channels), second), part(11, channels)), x));
}

/** A scale of each sample and channel, pads beyond the kernel's reach, one offset for all samples, a low-pass by channel. */
function styled(scope: ParameterScope, x: Value): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const { graph } = x;
  const style = denseLayer(scope.scope('style'), reshape(reduceMean(x, [2, 3]), [batch, channels]), channels);
  const scaled = mul(x, reshape(style, [batch, channels, 1, 1]));
  const wide = conv(scaled, constant(graph, 12, [channels, channels, 1, 2]), null, { pad: [0, 1, 1, 1] });
  const low = conv(wide, constant(graph, 13, [channels, 1, 2, 2]), null, { groups: channels });
  const offset = constant(graph, 14, [1, channels, height, width]);
  return leakyRelu(add(low, offset), 0.2);
}

describe('blockConvolutions', () => {
  const step = buildTrainingStep('blocks', (scope, graph) => {
    const image = graph.input('image', 'float32', [16, 3, 16, 24]);
    const error = sub(network(scope, image), graph.input('target', 'float32', [16, 1, 8, 12]));
    return { loss: mean(mul(error, error)) };
  });

  it.skipIf(block === null)(`changes no number of a training step${reason}`, async () => {
    const feeds: Record<string, Tensor> = {
      image: { shape: [16, 3, 16, 24], data: numbersFrom(1, 16 * 3 * 16 * 24) },
      target: { shape: [16, 1, 8, 12], data: numbersFrom(2, 16 * 96) },
    };
    const first = initialState(step, 3);
    for (const { name, shape } of step.state) feeds[name] = { shape, data: Float64Array.from(first[name]!) };
    for (const [name, { data }] of Object.entries(scheduleFeeds(step, 0, 1e-3)))
      feeds[name] = { shape: [], data: Float64Array.from(data as Float32Array) };
    const blocked = blockConvolutions(step.graph, block!);
    const operators = new Set(blocked.nodes.map(({ op }) => op));
    // The constant convolutions have taken in what stood behind them.
    expect(blocked.nodes.filter(({ op }) => op === 'Relu')).toHaveLength(0);
    for (const op of ['Conv', 'ReorderInput', 'ReorderOutput', 'Upsample', 'AveragePool'])
      expect(operators).toContain(`com.microsoft.nchwc:${op}`);
    expect(blocked.inputs.map(({ name }) => name)).toEqual(step.graph.inputs.map(({ name }) => name));
    expect(blocked.outputs.map(({ name }) => name)).toEqual(step.graph.outputs.map(({ name }) => name));
    const [plain, found] = [await runFloat32(step.graph, feeds), await runFloat32(blocked, feeds)];
    for (const [name, { data }] of Object.entries(plain)) {
      // Adam's first step is the gradient's sign: the second moments say more.
      const tolerance = name.startsWith('next/adam') || name === 'loss' ? 2e-4 : 1e-2;
      const expected = Float64Array.from(data as Float32Array);
      expect(relativeError(found[name]!.data as Float32Array, expected), name).toBeLessThan(tolerance);
    }
  });

  it.each([
    ['3×3', { batch: 16, inputs: 16, outputs: 32, kernel: 3, size: [12, 20], pad: 1, stride: 1 }],
    ['3×3 in tiles', { batch: 16, inputs: 32, outputs: 64, kernel: 3, size: [40, 34], pad: 1, stride: 1 }],
    [
      '3×3, rows that no tile divides',
      { batch: 16, inputs: 16, outputs: 16, kernel: 3, size: [23, 30], pad: 1, stride: 1 },
    ],
    ['3×3, stride 2', { batch: 16, inputs: 16, outputs: 32, kernel: 3, size: [64, 48], pad: 1, stride: 2 }],
    ['1×1, stride 2', { batch: 16, inputs: 32, outputs: 16, kernel: 1, size: [12, 8], pad: 0, stride: 2 }],
    ['1×1', { batch: 16, inputs: 16, outputs: 16, kernel: 1, size: [5, 7], pad: 0, stride: 1 }],
    [
      '2×2 in two blocks of images',
      { batch: 32, inputs: 32, outputs: 16, kernel: 2, size: [6, 5], pad: [1, 0, 0, 1], stride: 1 },
    ],
    [
      '5×5 without pads, stride 3',
      { batch: 16, inputs: 16, outputs: 16, kernel: 5, size: [13, 16], pad: 0, stride: 3 },
    ],
    [
      '3×3, dilation 2',
      { batch: 16, inputs: 16, outputs: 16, kernel: 3, size: [9, 8], pad: 2, stride: 1, dilation: 2 },
    ],
  ] as const)(`gives the gradient of a kernel: %s${reason}`, async (_, geometry) => {
    if (block === null) return;
    const { batch, inputs, outputs, kernel, size, ...options } = geometry;
    const graph = new Graph('kernel');
    const shapes = {
      x: [batch, inputs, ...size],
      own: [inputs, inputs, 1, 1],
      w: [outputs, inputs, kernel, kernel],
    };
    const value = (name: keyof typeof shapes): Value => graph.input(name, 'float32', shapes[name]);
    const weight = value('w');
    const y = conv(relu(conv(value('x'), value('own'))), weight, null, options);
    graph.output('slope', gradients(mean(mul(y, y)), [weight])[0]!);
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => [
        name,
        {
          shape,
          data: numbersFrom(
            i + 1,
            shape.reduce((a, b) => a * b),
          ),
        },
      ]),
    );
    const [plain, found] = [
      await runFloat32(graph, feeds),
      await runFloat32(blockConvolutions(graph, block), feeds),
    ];
    const expected = Float64Array.from(plain['slope']!.data as Float32Array);
    expect(relativeError(found['slope']!.data as Float32Array, expected)).toBeLessThan(2e-5);
  });

  it.skipIf(block === null)(`sums products over pixels without writing them${reason}`, async () => {
    const graph = new Graph('products');
    const shape = [2, 32, 7, 9];
    const [x, w] = [graph.input('x', 'float32', shape), graph.input('w', 'float32', [32, 32, 1, 1])];
    const y = relu(conv(x, w));
    graph.output('square', reduceMean(mul(y, y), [0, 2, 3]));
    graph.output('product', reduceSum(mul(x, y), [2, 3]));
    const kept = mul(y, x);
    graph.output('kept', kept);
    graph.output('sum', reduceSum(kept, [0, 2, 3], { keepDims: false }));
    const feeds = {
      x: { shape, data: numbersFrom(1, 2 * 32 * 63) },
      w: { shape: [32, 32, 1, 1], data: numbersFrom(2, 1024) },
    };
    const blocked = blockConvolutions(graph, block!);
    expect(
      blocked.nodes.filter(({ op, outputs }) => op === 'Mul' && outputs[0]!.shape.length === 4),
    ).toHaveLength(1);
    const [plain, found] = [await runFloat32(graph, feeds), await runFloat32(blocked, feeds)];
    for (const [name, { data, shape }] of Object.entries(plain)) {
      expect(found[name]!.shape, name).toEqual(shape);
      const expected = Float64Array.from(data as Float32Array);
      expect(relativeError(found[name]!.data as Float32Array, expected), name).toBeLessThan(1e-5);
    }
  });

  it('leaves a graph alone in which nothing fits', () => {
    const graph = new Graph('small');
    graph.output('y', relu(graph.input('x', 'float32', ['N', 3, 8, 8])));
    expect(blockConvolutions(graph, 16).nodes.map(({ op }) => op)).toEqual(['Relu']);
  });
});

describe('probeBlock', () => {
  it('knows no blocks where the operators are missing or the device is no CPU', async () => {
    const refusing: Runtime = {
      device: 'cpu',
      load: async () => {
        throw new Error('no such operator');
      },
    };
    expect(await probeBlock(refusing)).toBe(null);
    expect(await probeBlock({ ...refusing, device: 'webgpu' })).toBe(null);
  });
});
