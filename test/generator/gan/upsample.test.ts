import { describe, expect, it } from 'vitest';
import { type Upsampling, upsampleConv, upsampleImage } from '../../../generator/src/gan/upsample.ts';
import { float32, float32Data, Graph, serialize, type Value } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

const TAPS = [1, 3, 3, 1].map((t) => t / 8);

/** Zeros between the samples, then a plain sum over the kernel, then the low-pass: the definition, in float64. */
function reference(
  x: number[][][],
  weight: (o: number, i: number, a: number, b: number) => number,
  outputs: number,
) {
  const size = x[0]!.length;
  const wide = 2 * size + 1;
  return Array.from({ length: outputs }, (_, o) => {
    const y = Array.from({ length: wide }, () => new Array<number>(wide).fill(0));
    x.forEach((plane, i) => {
      for (let r = 0; r < size; r++)
        for (let c = 0; c < size; c++)
          for (let a = 0; a < 3; a++)
            for (let b = 0; b < 3; b++) y[2 * r + a]![2 * c + b]! += plane[r]![c]! * weight(o, i, a, b);
    });
    return lowPass(y, 1, 2 * size);
  });
}

/** z[p] = 4·Σ f[a]f[b]·y[p − before + a]. */
function lowPass(y: number[][], before: number, size: number): number[][] {
  return Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => {
      let sum = 0;
      for (let a = 0; a < 4; a++)
        for (let b = 0; b < 4; b++)
          sum += 4 * TAPS[a]! * TAPS[b]! * (y[r - before + a]?.[c - before + b] ?? 0);
      return sum;
    }),
  );
}

async function run(shape: number[], data: Float32Array, build: (x: Value) => Value): Promise<Float32Array> {
  const graph = new Graph('test');
  graph.output('y', build(graph.input('x', 'float32', shape)));
  const session = await createRuntime().load(serialize(graph));
  return float32Data(await session.run({ x: float32(data, shape) }), 'y');
}

const noise = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, k) => Math.sin((k + 1) * seed * 78.233));
const planes = (data: Float32Array, channels: number, size: number) =>
  Array.from({ length: channels }, (_, i) =>
    Array.from({ length: size }, (_, r) =>
      Array.from(data.subarray((i * size + r) * size, (i * size + r + 1) * size)),
    ),
  );

describe('upsampleConv', () => {
  for (const form of ['transpose', 'subpixel', 'phases'] satisfies Upsampling[])
    it(`is a strided transposed convolution and the low-pass filter, written as ${form}`, async () => {
      const [inputs, outputs, size] = [3, 2, 5];
      const weight = noise(outputs * inputs * 9, 0.37);
      const x = noise(inputs * size * size, 0.11);
      const y = await run([1, inputs, size, size], x, (v) =>
        upsampleConv(v, { shape: [outputs, inputs, 3, 3], data: weight }, form, (data, shape) =>
          v.graph.constant(data, shape),
        ),
      );
      const expected = reference(
        planes(x, inputs, size),
        (o, i, a, b) => weight[(o * inputs + i) * 9 + a * 3 + b]!,
        outputs,
      );
      expect(y.length).toBe(outputs * (2 * size) ** 2);
      expect(Array.from(y)).toEqual(expected.flat(2).map((value) => expect.closeTo(value, 5)));
    });
});

describe('upsampleImage', () => {
  it('puts zeros between pixels and low-passes with the filter centred', async () => {
    const size = 4;
    const x = noise(3 * size * size, 0.53);
    const y = await run([1, 3, size, size], x, upsampleImage);
    const expected = planes(x, 3, size).map((plane) => {
      const spread = Array.from({ length: 2 * size }, (_, r) =>
        Array.from({ length: 2 * size }, (_, c) => (r % 2 || c % 2 ? 0 : plane[r / 2]![c / 2]!)),
      );
      return lowPass(spread, 2, 2 * size);
    });
    expect(Array.from(y)).toEqual(expected.flat(2).map((value) => expect.closeTo(value, 5)));
  });

  it('keeps a flat picture flat away from the border', async () => {
    const y = await run([1, 3, 6, 6], new Float32Array(3 * 36).fill(0.7), upsampleImage);
    expect(y[5 * 12 + 5]).toBeCloseTo(0.7, 6);
  });
});
