import { describe, expect, it } from 'vitest';
import {
  cast,
  conv,
  float32,
  float32Data,
  Graph,
  padPointwise,
  Random,
  serialize,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

const random = new Random('pad-pointwise');
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());

function model(
  pads: readonly [number, number, number, number],
  side: number,
  dtype: 'float32' | 'float16' = 'float32',
): Uint8Array {
  const graph = new Graph('conv');
  const x = graph.input('x', 'float32', ['N', 2, 5, 4]);
  const kernel = graph.constant(numbers(3 * 2 * side * side), [3, 2, side, side], { dtype });
  graph.output('y', cast(conv(cast(x, dtype), kernel, null, { pad: pads }), 'float32'));
  return serialize(graph);
}

async function run(bytes: Uint8Array): Promise<Float32Array> {
  const session = await createRuntime().load(bytes);
  const x = Float32Array.from({ length: 40 }, (_, k) => Math.sin(k));
  const y = float32Data(await session.run({ x: float32(x, [1, 2, 5, 4]) }), 'y');
  await session.release();
  return y;
}

describe('padPointwise', () => {
  it.each([[[0, 0, 1, 1]], [[2, 1, 0, 3]]] as const)(
    'changes nothing that is seen: pads %j',
    async (pads) => {
      const bytes = model(pads, 1);
      const apart = padPointwise(bytes);
      expect(Buffer.from(apart).includes('Pad')).toBe(true);
      const [one, other] = [await run(apart), await run(bytes)];
      // What is padded is not quite 0, so that it stays where it is.
      for (const [k, value] of one.entries()) expect(Math.abs(value - other[k]!)).toBeLessThan(1e-28);
    },
  );

  it('pads in half precision what is computed in it', async () => {
    const bytes = model([2, 1, 0, 3], 1, 'float16');
    const [one, other] = [await run(padPointwise(bytes)), await run(bytes)];
    for (const [k, value] of one.entries()) expect(Math.abs(value - other[k]!)).toBeLessThan(1e-6);
  });

  it('leaves other convolutions as they are', () => {
    for (const bytes of [model([0, 0, 0, 0], 1), model([1, 1, 1, 1], 3)])
      expect(padPointwise(bytes)).toBe(bytes);
  });
});
