import { describe, expect, it } from 'vitest';
import {
  add,
  float32,
  float32Data,
  Graph,
  halveWeights,
  matMul,
  Random,
  serialize,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

const SIZE = 64;
const random = new Random('half-weights');
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());

function model(): Uint8Array {
  const graph = new Graph('dense');
  const x = graph.input('x', 'float32', ['N', SIZE]);
  const kernel = graph.constant(numbers(SIZE * SIZE), [SIZE, SIZE], { name: 'kernel' });
  graph.output('y', add(matMul(x, kernel), graph.constant(numbers(SIZE), [SIZE], { name: 'bias' })));
  return serialize(graph);
}

describe('halveWeights', () => {
  it('halves the file and changes results by the rounding alone', async () => {
    const whole = model();
    const halved = halveWeights(whole);
    expect(halved.byteLength).toBeLessThan(0.6 * whole.byteLength);
    const x = float32(numbers(2 * SIZE), [2, SIZE]);
    const run = async (bytes: Uint8Array) => {
      const session = await createRuntime().load(bytes);
      const y = float32Data(await session.run({ x }), 'y');
      await session.release();
      return y;
    };
    const [exact, rounded] = [await run(whole), await run(halved)];
    const largest = exact.reduce((most, v, k) => Math.max(most, Math.abs(v - rounded[k]!)), 0);
    expect(largest).toBeGreaterThan(0);
    // 64 products of size 1, each off by 2⁻¹² at most.
    expect(largest).toBeLessThan(64 * 4 * 2 ** -12);
  });
  it('reads a file as a Node Buffer inside a larger one', () => {
    const whole = model();
    // 3: no multiple of a float's four bytes.
    const pool = Buffer.alloc(whole.byteLength + 16, 0x55);
    pool.set(whole, 3);
    expect(halveWeights(pool.subarray(3, 3 + whole.byteLength))).toEqual(halveWeights(whole));
  });
});
