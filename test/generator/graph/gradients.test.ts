import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRADIENTS } from '../../../generator/src/graph/gradients.ts';
import * as g from '../../../generator/src/graph/index.ts';
import { checkForward, checkGradient, numbersFrom, type OperatorCase, relativeError } from './check.ts';
import { evaluate } from './reference.ts';

const positive = (x: number): number => 1.2 + x;
/** Away from 0, where a kink would make differences meaningless. */
const kinked = (x: number): number => x + Math.sign(x) * 0.05;
const int64 = (graph: g.Graph, numbers: readonly number[], shape: readonly number[]): g.Value =>
  graph.constant(BigInt64Array.from(numbers, BigInt), shape);

const unary = (f: (x: g.Value) => g.Value, domain: (x: number) => number = kinked): OperatorCase => ({
  shapes: [[2, 3, 4]],
  domain,
  build: ([x]) => f(x!),
});

const binary = (
  f: (a: g.Value, b: g.Value) => g.Value,
  a: readonly number[] = [2, 3, 4],
  b: readonly number[] = [3, 1],
  domain: (x: number) => number = kinked,
): OperatorCase => ({ shapes: [a, b], domain, build: ([x, y]) => f(x!, y!) });

const conv = (
  x: readonly number[],
  weight: readonly number[],
  options: Partial<g.ConvOptions>,
): OperatorCase => ({
  shapes: [x, weight, [weight[0]!]],
  build: ([image, kernel, bias]) => g.conv(image!, kernel!, bias!, options),
});

const transposed = (
  x: readonly number[],
  weight: readonly number[],
  options: Partial<g.ConvTransposeOptions>,
): OperatorCase => ({
  shapes: [x, weight, [weight[1]! * (options.groups ?? 1)]],
  build: ([image, kernel, bias]) => g.convTranspose(image!, kernel!, bias!, options),
});

const CASES: Readonly<Record<string, OperatorCase>> = {
  add: binary(g.add),
  'add, a repeated in front': binary(g.add, [4], [2, 3, 4]),
  'add of a value to itself': unary((x) => g.add(x, x)),
  sub: binary(g.sub, [3, 1], [2, 3, 4]),
  mul: binary(g.mul),
  'square by mul': unary((x) => g.mul(x, x)),
  div: binary(g.div, [2, 3, 4], [3, 4], positive),
  'div by a number': unary((x) => g.div(x, 3)),
  max: binary(g.max),
  min: binary(g.min, [3, 4], [2, 3, 4]),
  pow: unary((x) => g.pow(x, 2.5), positive),
  neg: unary(g.neg),
  abs: unary(g.abs),
  sqrt: unary(g.sqrt, positive),
  reciprocal: unary(g.reciprocal, positive),
  exp: unary(g.exp),
  log: unary(g.log, positive),
  sin: unary((x) => g.sin(g.mul(x, 3))),
  cos: unary((x) => g.cos(g.mul(x, 3))),
  tanh: unary(g.tanh),
  sigmoid: unary(g.sigmoid),
  softplus: unary(g.softplus),
  erf: unary(g.erf),
  relu: unary(g.relu),
  leakyRelu: unary((x) => g.leakyRelu(x, 0.2)),
  elu: unary(g.elu),
  silu: unary(g.silu),
  gelu: unary(g.gelu),
  clip: unary((x) => g.clip(x, -0.5, 0.4)),
  where: {
    shapes: [[2, 3], [3]],
    domain: kinked,
    build: ([a, b]) => g.where(g.greater(a!, 0), a!, b!),
  },
  reshape: unary((x) => g.mul(g.reshape(x, [4, 6]), g.reshape(x, [4, 6]))),
  transpose: unary((x) => g.transpose(x, [2, 0, 1])),
  slice: unary((x) => g.slice(x, 2, 1, 3)),
  'slice with a step': unary((x) => g.slice(x, -1, 1, 4, 2)),
  'slice with a step that ends early': { shapes: [[9]], build: ([x]) => g.slice(x!, 0, 2, 7, 3) },
  flip: unary((x) => g.flip(x, [0, 2])),
  concat: binary((a, b) => g.concat([a, b, a], 1), [2, 3, 2], [2, 1, 2]),
  split: {
    shapes: [[2, 6]],
    build: ([x]) => {
      const [a, , c] = g.split(x!, 1, [2, 2, 2]);
      return g.mul(a!, c!);
    },
  },
  'pad, zeros': { shapes: [[1, 2, 3, 3]], build: ([x]) => g.pad(x!, [1, 2, 0, 1], 'constant') },
  'pad, reflected': { shapes: [[1, 2, 4, 5]], build: ([x]) => g.pad(x!, [1, 2, 3, 1], 'reflect') },
  'pad, reflected as far as it goes': {
    shapes: [[1, 2, 4, 5]],
    build: ([x]) => g.pad(x!, [3, 4, 3, 4], 'reflect'),
  },
  'pad, edge': { shapes: [[1, 2, 3, 3]], build: ([x]) => g.pad(x!, [1, 2, 0, 3], 'edge') },
  depthToSpace: { shapes: [[2, 8, 2, 3]], build: ([x]) => g.depthToSpace(x!, 2) },
  spaceToDepth: { shapes: [[2, 2, 4, 6]], build: ([x]) => g.spaceToDepth(x!, 2) },
  interleave: {
    shapes: [0, 1, 2, 3].map(() => [1, 2, 2, 3]),
    build: (phases) => g.interleave(phases),
  },
  deinterleave: {
    shapes: [[1, 2, 4, 6]],
    build: ([x]) => {
      const [a, b, , d] = g.deinterleave(x!);
      return g.add(g.mul(a!, b!), d!);
    },
  },
  upsampledConv: {
    shapes: [[2, 3, 3, 4], [2, 3, 3, 3], [2]],
    build: ([x, w, b]) => g.interleave(g.upsampledConv(x!, w!, b!)),
  },
  expand: { shapes: [[3, 1]], build: ([x]) => g.expand(x!, [2, 3, 4]) },
  tile: { shapes: [[2, 3]], build: ([x]) => g.tile(x!, [2, 3]) },
  reduceSum: unary((x) => g.reduceSum(x, [0, -1])),
  'reduceSum, axes dropped': unary((x) => g.reduceSum(x, [1], { keepDims: false })),
  reduceMean: unary((x) => g.reduceMean(x, [0, 2], { keepDims: false })),
  reduceMax: unary((x) => g.reduceMax(x, [1])),
  reduceMin: unary((x) => g.reduceMin(x, [2], { keepDims: false })),
  softmax: unary((x) => g.softmax(x, 1)),
  averagePool: { shapes: [[2, 2, 4, 6]], build: ([x]) => g.averagePool(x!, 2) },
  'averagePool, sliding': { shapes: [[2, 2, 5, 6]], build: ([x]) => g.averagePool(x!, 3, 1) },
  'maxPool, blocks': { shapes: [[2, 2, 4, 6]], build: ([x]) => g.maxPool(x!, 2) },
  maxPool: { shapes: [[2, 2, 6, 6]], build: ([x]) => g.maxPool(x!, 3, 2, 1) },
  globalAveragePool: { shapes: [[2, 3, 4, 4]], build: ([x]) => g.globalAveragePool(x!) },
  upsampleBilinear: { shapes: [[2, 2, 3, 4]], build: ([x]) => g.upsampleBilinear(x!, 4) },
  upsampleNearest: { shapes: [[2, 2, 3, 4]], build: ([x]) => g.upsampleNearest(x!, 2) },
  gather: {
    shapes: [[4, 3, 2]],
    build: ([x], graph) => g.gather(x!, int64(graph, [2, 0, 2, 1], [2, 2]), 1),
  },
  'gather of rows': {
    shapes: [[5, 3]],
    build: ([x], graph) => g.gather(x!, int64(graph, [4, 0, 0], [3]), 0),
  },
  gatherElements: {
    shapes: [[2, 4]],
    build: ([x], graph) => g.gatherElements(x!, int64(graph, [0, 3, 3, 2, 1, 0], [2, 3]), 1),
  },
  scatterElementsAdd: {
    shapes: [
      [2, 4],
      [2, 3],
    ],
    build: ([x, u], graph) => g.scatterElementsAdd(x!, int64(graph, [0, 3, 3, 2, 1, 0], [2, 3]), u!, 1),
  },
  gatherND: {
    shapes: [[3, 4, 2]],
    build: ([x], graph) => g.gatherND(x!, int64(graph, [0, 1, 2, 3, 0, 1], [3, 2])),
  },
  scatterNDAdd: {
    shapes: [
      [3, 4, 2],
      [3, 2],
    ],
    build: ([x, u], graph) => g.scatterNDAdd(x!, int64(graph, [0, 1, 2, 3, 0, 1], [3, 2]), u!),
  },
  matMul: binary(g.matMul, [3, 4], [4, 2]),
  'matMul, batched': binary(g.matMul, [2, 1, 3, 4], [3, 4, 2]),
  'matMul, one matrix for a batch': binary(g.matMul, [2, 3, 4], [4, 2]),
  'matMul, one matrix on the left': binary(g.matMul, [3, 4], [2, 4, 2]),
  linear: { shapes: [[3, 4], [2, 4], [2]], build: ([x, w, b]) => g.linear(x!, w!, b!) },
  'conv 3×3': conv([2, 2, 5, 6], [3, 2, 3, 3], { pad: 1 }),
  'conv 3×3, many channels': conv([2, 18, 4, 4], [4, 18, 3, 3], { pad: 1 }),
  'conv 3×3, one output of many channels': conv([1, 10, 4, 5], [1, 10, 3, 3], { pad: [1, 2, 1, 0] }),
  'conv 3×3, many pixels': { ...conv([1, 8, 17, 17], [2, 8, 3, 3], { pad: [2, 0, 1, 1] }), wrt: [1, 2] },
  'conv 3×3, many pixels, dilation': {
    ...conv([1, 8, 20, 19], [2, 8, 3, 3], { pad: 2, dilation: 2 }),
    wrt: [1],
  },
  'conv 1×1': conv([2, 3, 4, 4], [5, 3, 1, 1], {}),
  'conv 1×1, stride 2': conv([2, 3, 5, 4], [2, 3, 1, 1], { stride: 2 }),
  'conv 3×3, stride 2': conv([2, 2, 6, 7], [3, 2, 3, 3], { pad: 1, stride: 2 }),
  'conv 5×5, stride 2': conv([1, 2, 8, 8], [3, 2, 5, 5], { pad: 2, stride: 2 }),
  'conv 4×4, stride 2, 18 channels': conv([1, 18, 6, 6], [3, 18, 4, 4], { pad: 1, stride: 2 }),
  'conv 3×3, stride 3': conv([1, 2, 8, 10], [3, 2, 3, 3], { pad: 1, stride: 3 }),
  'conv, dilation': conv([1, 2, 8, 7], [3, 2, 3, 3], { pad: 2, dilation: 2 }),
  'conv, dilation and stride': conv([1, 2, 9, 8], [3, 2, 3, 3], { pad: 2, dilation: 2, stride: 2 }),
  'conv, groups': conv([2, 4, 5, 5], [6, 2, 3, 3], { pad: 1, groups: 2 }),
  'conv, groups and stride': conv([2, 4, 6, 6], [6, 2, 3, 3], { pad: 1, groups: 2, stride: 2 }),
  'conv, depthwise': conv([2, 3, 5, 5], [3, 1, 3, 3], { pad: 1, groups: 3 }),
  'conv, uneven pads': conv([1, 2, 5, 5], [3, 2, 2, 3], { pad: [1, 0, 0, 2] }),
  'conv, pads beyond the kernel': conv([1, 2, 4, 4], [3, 2, 1, 1], { pad: 1 }),
  'convTranspose, stride 2': transposed([2, 3, 4, 3], [3, 2, 3, 3], { stride: 2, pad: 1, outputPad: 1 }),
  'convTranspose, stride 1': transposed([1, 3, 4, 4], [3, 2, 3, 3], { pad: 1 }),
  'convTranspose, groups': transposed([1, 4, 3, 3], [4, 2, 3, 3], { stride: 2, groups: 2 }),
  'convTranspose, dilation': transposed([1, 2, 3, 3], [2, 2, 3, 3], { stride: 2, dilation: 2, pad: 1 }),
};

describe('operators', () => {
  it.each(Object.entries(CASES))('%s: ONNX Runtime gives what the reference gives', (_, operator) =>
    checkForward(operator),
  );
});

describe('gradients', () => {
  it.each(Object.entries(CASES))('%s', (_, operator) => checkGradient(operator));

  it('are there for every operator that the cases use', () => {
    const used = new Set<string>();
    for (const { shapes, build } of Object.values(CASES)) {
      const graph = new g.Graph('case');
      build(
        shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape)),
        graph,
      );
      for (const node of graph.nodes) used.add(node.op);
    }
    expect([...used].filter((op) => !(op in GRADIENTS))).toEqual([]);
    const unused = Object.keys(GRADIENTS).filter((op) => GRADIENTS[op] && !used.has(op));
    expect(unused, 'operators whose gradient no case checks').toEqual(['Cast']);
  });

  it('of a bilinear enlargement are about linear interpolation between the middles of pixels', () => {
    const graph = new g.Graph('bilinear');
    const x = graph.input('x', 'float32', [1, 1, 1, 3]);
    const feeds = { x: { shape: [1, 1, 1, 3], data: Float64Array.of(0, 4, 2) } };
    const [found] = evaluate(graph, feeds, [g.upsampleBilinear(x, 2)]);
    // torch.nn.functional.interpolate(…, scale_factor=2, mode='bilinear', align_corners=False)
    expect([...found!.data]).toEqual([0, 1, 3, 3.5, 2.5, 2, 0, 1, 3, 3.5, 2.5, 2]);
  });

  it('of an upsampled convolution are about the function that it says it is', () => {
    const graph = new g.Graph('upsampled');
    const x = graph.input('x', 'float32', [2, 3, 3, 4]);
    const w = graph.input('w', 'float32', [2, 3, 3, 3]);
    const feeds = {
      x: { shape: [2, 3, 3, 4], data: numbersFrom(1, 72) },
      w: { shape: [2, 3, 3, 3], data: numbersFrom(2, 54) },
    };
    const direct = g.conv(g.upsampleNearest(x, 2), w, null, { pad: 1 });
    const [expected, found] = evaluate(graph, feeds, [direct, g.interleave(g.upsampledConv(x, w))]);
    expect(relativeError(found!.data, expected!.data)).toBeLessThan(1e-12);
  });

  it('of a convolution hold for any geometry', async () => {
    const geometry = fc.record({
      height: fc.integer({ min: 3, max: 6 }),
      width: fc.integer({ min: 3, max: 6 }),
      perGroup: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 2 }),
      groups: fc.integer({ min: 1, max: 2 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.integer({ min: 1, max: 3 }),
      pad: fc.tuple(...[0, 0, 0, 0].map(() => fc.integer({ min: 0, max: 2 }))),
      dilation: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        const reach = (k: number) => c.dilation * (k - 1) + 1;
        fc.pre(reach(c.kernel[0]) <= c.height && reach(c.kernel[1]) <= c.width);
        await checkGradient({
          shapes: [
            [1, c.perGroup * c.groups, c.height, c.width],
            [c.outputs * c.groups, c.perGroup, ...c.kernel],
          ],
          build: ([x, w]) =>
            g.conv(x!, w!, null, {
              stride: c.stride,
              pad: c.pad as [number, number, number, number],
              dilation: c.dilation,
              groups: c.groups,
            }),
        });
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('of broadcasting hold for any pair of shapes', async () => {
    const pair = fc
      .array(fc.record({ size: fc.integer({ min: 1, max: 3 }), a: fc.boolean(), b: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      })
      .chain((axes) =>
        fc.tuple(
          fc.constant(axes),
          fc.integer({ min: 0, max: axes.length }),
          fc.constantFrom(g.add, g.sub, g.mul, g.div),
        ),
      );
    await fc.assert(
      fc.asyncProperty(pair, ([axes, drop, f]) => {
        const a = axes.map((axis) => (axis.a ? axis.size : 1));
        const b = axes.map((axis) => (axis.b ? axis.size : 1)).slice(drop);
        return checkGradient({ shapes: [a, b], domain: positive, build: ([x, y]) => f(x!, y!) });
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
