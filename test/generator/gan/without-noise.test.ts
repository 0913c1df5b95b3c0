import { seedToLatent } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import {
  buildSynthesis,
  cutSynthesis,
  type Precision,
  withoutNoise,
} from '../../../generator/src/gan/index.ts';
import { float32, float32Data, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { randomNetwork } from './direction-network.ts';

const network = (noise: number) => randomNetwork(3, { resolution: 16, channels: 6, dim: 8, noise });
const [noisy, still] = [network(0.3), network(0)];

async function draw(model: Uint8Array): Promise<Float32Array> {
  const session = await createRuntime().load(model);
  const shape = [2, noisy.layers, noisy.wDim];
  const size = shape.reduce((a, b) => a * b);
  const outputs = await session.run({ ws: float32(Float32Array.from(seedToLatent(1, size)), shape) });
  await session.release();
  return float32Data(outputs, 'image');
}

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);

describe('withoutNoise', () => {
  for (const precision of ['float32', 'float16-weights', 'float16'] satisfies Precision[])
    it(`${precision}: draws as a network built without noise does`, async () => {
      const model = serialize(buildSynthesis(noisy, { precision }));
      const built = await draw(serialize(buildSynthesis(still, { precision })));
      expect(furthest(await draw(model), built)).toBeGreaterThan(0.1);
      expect(furthest(await draw(withoutNoise(model)), built)).toBeLessThan(1e-6);
    });

  it('takes a network that was cut', async () => {
    const cut = cutSynthesis(serialize(buildSynthesis(noisy)), 8);
    const built = await draw(serialize(buildSynthesis(still, { cutAt: 8 })));
    expect(furthest(await draw(withoutNoise(cut)), built)).toBeLessThan(1e-6);
  });

  it('refuses a model without noise of its own', () => {
    expect(() => withoutNoise(new Uint8Array())).toThrow(
      /expected a network with constants b4\.conv1\.noise/,
    );
  });
});
