import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import * as g from '../../../generator/src/graph/index.ts';
import { evaluate } from './reference.ts';

const parse = (graph: g.Graph) => fromBinary(ModelProtoSchema, g.serialize(graph));

function small(): { graph: g.Graph; x: g.Value; w: g.Value } {
  const graph = new g.Graph('small');
  const x = graph.input('x', 'float32', ['N', 3, 8, 8]);
  const w = graph.constant(
    Float32Array.from({ length: 54 }, (_, i) => i / 10),
    [2, 3, 3, 3],
    { name: 'kernel' },
  );
  return { graph, x, w };
}

describe('a graph', () => {
  it('says what is wrong with shapes where the mistake is made', () => {
    const { graph, x, w } = small();
    const flat = graph.input('flat', 'float32', [4, 5]);
    expect(() => g.conv(x, w, null, { groups: 2 })).toThrow(
      /Conv: \[N,3,8,8\] does not fit \[2,3,3,3\], groups 2/,
    );
    expect(() => g.conv(x, w, graph.constant(Float32Array.of(1), [1]))).toThrow(
      /expected a bias of \[2\], got \[1\]/,
    );
    expect(() => g.add(flat, graph.input('other', 'float32', [3, 5]))).toThrow(
      /\[4,5\] does not broadcast with \[3,5\]/,
    );
    expect(() => g.reshape(flat, [3, 7])).toThrow(/\[4,5\] does not hold \[3,7\]/);
    expect(() => g.reshape(x, [3, 'N', 'M'])).toThrow(/at most one named size/);
    expect(() => g.transpose(flat, [0, 0])).toThrow(/no order of 2 axes/);
    expect(() => g.slice(flat, 1, 2, 9)).toThrow(/2\.\.9 step 1 does not fit axis 1 of \[4,5\]/);
    expect(() => g.concat([flat, x], 0)).toThrow(/does not fit/);
    expect(() => g.split(flat, 1, [2, 2])).toThrow(/does not fill axis 1/);
    expect(() => g.matMul(flat, flat)).toThrow(/\[4,5\] does not fit float32 \[4,5\]/);
    expect(() => g.linear(flat, flat, graph.constant(Float32Array.of(1), [1]))).toThrow(/bias of \[4\]/);
    expect(() => g.averagePool(x, 3)).toThrow(/does not split into windows of 3/);
    expect(() => g.depthToSpace(x, 2)).toThrow(/no multiple of 4 channels/);
    expect(() => g.spaceToDepth(x, 3)).toThrow(/blocks of 3/);
    expect(() => g.reduceSum(flat, [2])).toThrow(/axis in -2\.\.1, got 2/);
    expect(() => g.expand(flat, [2, 5])).toThrow(/does not broadcast/);
    expect(() => g.gatherND(flat, graph.constant(Float32Array.of(1), [1]))).toThrow(
      /int64 indices, got float32/,
    );
    expect(() => g.where(flat, flat, flat)).toThrow(/bool condition/);
    expect(() => g.sqrt(g.argMax(flat, 1))).toThrow(/expected a float value, got int64/);
    expect(() => graph.constant(Float32Array.of(1, 2), [3])).toThrow(/expected 3 elements for \[3\], got 2/);
    expect(() => graph.input('x', 'float32', [1])).toThrow(/the name x is taken/);
    expect(() => g.add(x, small().x)).toThrow(/belongs to graph small/);
    expect(() => g.serialize(graph)).toThrow(/expected an output/);
  });

  it('makes equal applications one node', () => {
    const { x } = small();
    expect(g.mul(x, 2)).toBe(g.mul(x, 2));
    expect(g.reduceSum(x, [2, 3])).toBe(g.reduceSum(x, [-1, -2]));
    expect(g.leakyRelu(x, 0.2)).not.toBe(g.leakyRelu(x, 0.1));
    expect(g.mul(x, 2)).not.toBe(g.mul(x, 3));
  });
});

describe('serialize', () => {
  it('writes inputs, outputs, constants and every attribute', () => {
    const { graph, x, w } = small();
    graph.output('y', g.conv(x, w, null, { stride: 2, pad: [1, 0, 1, 2] }));
    const model = parse(graph);
    expect(model.irVersion).toBe(9n);
    expect(model.opsetImport.map((o) => [o.domain, o.version])).toEqual([['', 20n]]);
    const { node, input, output, initializer } = model.graph!;
    const attributes = Object.fromEntries(node[0]!.attribute.map((a) => [a.name, a]));
    expect(Object.keys(attributes).sort()).toEqual([
      'auto_pad',
      'dilations',
      'group',
      'kernel_shape',
      'pads',
      'strides',
    ]);
    expect(attributes['pads']!.ints).toEqual([1n, 0n, 1n, 2n]);
    expect(attributes['strides']!.ints).toEqual([2n, 2n]);
    expect(new TextDecoder().decode(attributes['auto_pad']!.s)).toBe('NOTSET');
    const dims = (value: (typeof input)[number]) => {
      const type = value.type!.value;
      return type.case === 'tensorType' ? type.value.shape!.dim.map((d) => d.value.value) : [];
    };
    expect(dims(input[0]!)).toEqual(['N', 3n, 8n, 8n]);
    expect(dims(output[0]!)).toEqual(['N', 2n, 4n, 4n]);
    expect(initializer.map((i) => [i.name, i.dims])).toEqual([['kernel', [2n, 3n, 3n, 3n]]]);
    const stored = new Float32Array(initializer[0]!.rawData.slice().buffer);
    expect([...stored]).toEqual([...(w.data as Float32Array)]);
  });

  it('leaves out what no output needs, and shows one value under two names', () => {
    const { graph, x, w } = small();
    g.conv(x, w);
    const y = g.relu(x);
    graph.output('a', y);
    graph.output('b', y);
    graph.output('same', x);
    const { node, initializer } = parse(graph).graph!;
    expect(node.map((n) => [n.opType, n.output])).toEqual([
      ['Relu', ['a']],
      ['Identity', ['b']],
      ['Identity', ['same']],
    ]);
    expect(initializer).toEqual([]);
  });

  it('rounds float16 constants to nearest', () => {
    const graph = new g.Graph('half');
    const half = graph.constant(Float32Array.of(1, 1 / 3, 70000), [3], { dtype: 'float16' });
    graph.output('y', g.mul(half, 2));
    const { initializer } = parse(graph).graph!;
    const raw = initializer.find((i) => i.dims.length === 1)!.rawData;
    expect([...new Uint16Array(raw.slice().buffer)]).toEqual([0x3c00, 0x3555, 0x7c00]);
  });
});

describe('half precision', () => {
  const halves = Array.from({ length: 65536 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
  );

  it('gives every half back', () => {
    for (const bits of halves) expect(g.toHalf(g.fromHalf(bits))).toBe(bits);
    expect(g.fromHalf(g.toHalf(Number.NaN))).toBeNaN();
  });

  it('rounds to the nearest one, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (x) => {
        const bits = g.toHalf(x);
        const error = Math.abs(g.fromHalf(bits) - x);
        for (const neighbour of [bits - 1, bits + 1]) {
          if ((neighbour & 0x8000) !== (bits & 0x8000) || (neighbour & 0x7c00) === 0x7c00 || neighbour < 0)
            continue;
          const other = Math.abs(g.fromHalf(neighbour) - x);
          expect(error).toBeLessThanOrEqual(other);
          if (error === other) expect(bits & 1).toBe(0);
        }
      }),
    );
    expect(g.fromHalfArray(g.toHalfArray(Float32Array.of(65519.99, 65520)))).toEqual(
      Float32Array.of(65504, Number.POSITIVE_INFINITY),
    );
  });
});

describe('broadcasting', () => {
  it('gives the elements that repeating both operands gives', () => {
    const axes = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 4 }), a: fc.boolean(), b: fc.boolean() }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(axes, fc.nat(4), (described, drop) => {
        const a = described.map((d) => (d.a ? d.size : 1));
        const b = described.map((d) => (d.b ? d.size : 1)).slice(Math.min(drop, described.length));
        const graph = new g.Graph('broadcast');
        const [x, y] = [graph.input('a', 'float32', a), graph.input('b', 'float32', b)];
        const full = g.add(x, y).shape as number[];
        const count = (shape: number[]) => shape.reduce((n, d) => n * d, 1);
        const feeds = {
          a: { shape: a, data: Float64Array.from({ length: count(a) }, (_, i) => i) },
          b: { shape: b, data: Float64Array.from({ length: count(b) }, (_, i) => 100 * i) },
        };
        const [direct, repeated] = evaluate(graph, feeds, [
          g.add(x, y),
          g.add(g.expand(x, full), g.expand(y, full)),
        ]);
        expect([...direct!.data]).toEqual([...repeated!.data]);
        const back = evaluate(graph, feeds, [g.sumTo(g.expand(x, full), a)])[0]!;
        expect([...back.data]).toEqual([...feeds.a.data].map((v) => (v * count(full)) / count(a)));
      }),
    );
  });
});

describe('Random', () => {
  it('is the same for the same keys and unlike for others', () => {
    const draw = (...keys: (number | string)[]) => {
      const random = new g.Random(...keys);
      return Array.from({ length: 8 }, () => random.bits());
    };
    expect(draw(1, 'a', 2)).toEqual(draw(1, 'a', 2));
    const streams = [draw(1), draw(2), draw(1, 0), draw('1'), draw(1, 'a'), draw(1, 'b'), draw('a', 1)];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
  });

  it('draws uniform and normal numbers with the right moments', () => {
    const random = new g.Random(3);
    const count = 40000;
    const uniform = Array.from({ length: count }, () => random.uniform());
    const normal = Array.from({ length: count }, () => random.normal());
    const moment = (values: number[], power: number) => values.reduce((s, v) => s + v ** power, 0) / count;
    expect(moment(uniform, 1)).toBeCloseTo(0.5, 1);
    expect(moment(uniform, 2)).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(moment(normal, 1))).toBeLessThan(0.02);
    expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.2);
    expect(random.permutation(20).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
