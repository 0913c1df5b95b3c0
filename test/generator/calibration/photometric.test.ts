import { describe, expect, it } from 'vitest';
import { type PhotometricOptions, photometricError } from '../../../generator/src/calibration/photometric.ts';
import { float32Data, Graph, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

const SIDE = 32;
const { image } = ellipsoidView(1, 0.2, SIDE);

/** The same picture, with a value of each column taken by `change`. */
function lit(change: (value: number, x: number) => number): Float32Array {
  return image.data.map((value, i) => change(value, i % SIDE));
}

/** Mean error of two pictures away from the borders, where a window is cut off. */
async function meanError(a: Float32Array, b: Float32Array, options: Partial<PhotometricOptions>) {
  const graph = new Graph('photometric');
  const [first, second] = [a, b].map((data, k) =>
    graph.constant(data, [1, 3, SIDE, SIDE], { name: `picture${k}` }),
  );
  graph.output('error', photometricError(first!, second!, options));
  const session = await createRuntime({ threads: 1 }).load(serialize(graph));
  const error = float32Data(await session.run({}), 'error');
  await session.release();
  const inner = error.filter((_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    return Math.min(x, y) >= 4 && Math.max(x, y) < SIDE - 4;
  });
  return inner.reduce((sum, value) => sum + value, 0) / inner.length;
}

describe('photometric error', () => {
  it('of a picture with itself is 0, flattened or not', async () => {
    expect(await meanError(image.data, image.data, {})).toBeLessThan(1e-5);
    expect(await meanError(image.data, image.data, { flatten: 7 })).toBeLessThan(1e-5);
  });

  it('that is flattened does not see a light that comes from one side', async () => {
    const fromTheRight = lit((value, x) => value + 0.8 * (x / SIDE - 0.5));
    const plain = await meanError(image.data, fromTheRight, {});
    expect(plain).toBeGreaterThan(0.015);
    expect(await meanError(image.data, fromTheRight, { flatten: 7 })).toBeLessThan(plain / 2);
  });

  it('that is flattened still sees what has moved', async () => {
    const moved = ellipsoidView(1, 0.4, SIDE).image.data;
    const plain = await meanError(image.data, moved, {});
    expect(await meanError(image.data, moved, { flatten: 7 })).toBeGreaterThan(0.5 * plain);
  });
});
