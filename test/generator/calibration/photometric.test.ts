import { describe, expect, it } from 'vitest';
import { photometricError } from '../../../generator/src/calibration/photometric.ts';
import { float32Data, Graph, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

const SIDE = 32;
const { image } = ellipsoidView(1, 0.2, SIDE);

/** Mean error of two pictures. */
async function meanError(a: Float32Array, b: Float32Array): Promise<number> {
  const graph = new Graph('photometric');
  const [first, second] = [a, b].map((data, k) =>
    graph.constant(data, [1, 3, SIDE, SIDE], { name: `picture${k}` }),
  );
  graph.output('error', photometricError(first!, second!));
  const session = await createRuntime({ threads: 1 }).load(serialize(graph));
  const error = float32Data(await session.run({}), 'error');
  await session.release();
  return error.reduce((sum, value) => sum + value, 0) / error.length;
}

describe('photometric error', () => {
  it('of a picture with itself is 0', async () => {
    expect(await meanError(image.data, image.data)).toBeLessThan(1e-5);
  });

  it('sees a light that comes from one side, and what has moved', async () => {
    const lit = image.data.map((value, i) => value + 0.8 * ((i % SIDE) / SIDE - 0.5));
    expect(await meanError(image.data, lit)).toBeGreaterThan(0.015);
    expect(await meanError(image.data, ellipsoidView(1, 0.4, SIDE).image.data)).toBeGreaterThan(0.015);
  });
});
