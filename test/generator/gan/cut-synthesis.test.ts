import { seedToLatent } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { buildSynthesis, cutSynthesis, type Precision } from '../../../generator/src/gan/index.ts';
import { float32, float32Data, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { randomNetwork } from './direction-network.ts';

const weights = { ...randomNetwork(3, { resolution: 32, channels: 6, dim: 8, noise: 0.1 }), convClamp: 256 };

async function draw(model: Uint8Array) {
  const session = await createRuntime().load(model);
  const ws = float32(Float32Array.from(seedToLatent(1, 2 * weights.layers * weights.wDim)), [
    2,
    weights.layers,
    weights.wDim,
  ]);
  const outputs = await session.run({ ws });
  await session.release();
  return { names: session.outputNames, shape: outputs.image!.shape, data: float32Data(outputs, 'image') };
}

describe('cutSynthesis', () => {
  for (const precision of ['float32', 'float16-weights', 'float16'] satisfies Precision[])
    it(`${precision}: gives the skip sum that a network built up to there gives`, async () => {
      const whole = serialize(buildSynthesis(weights, { precision }));
      for (const resolution of [4, 8, 16]) {
        const cut = cutSynthesis(whole, resolution);
        expect(cut.byteLength).toBeLessThan(whole.byteLength);
        const [ours, built] = [
          await draw(cut),
          await draw(serialize(buildSynthesis(weights, { precision, cutAt: resolution }))),
        ];
        expect(ours.names).toEqual(['image']);
        expect(ours.shape).toEqual([2, 3, resolution, resolution]);
        const largest = ours.data.reduce((most, v, k) => Math.max(most, Math.abs(v - built.data[k]!)), 0);
        expect(largest).toBeLessThan(1e-5);
      }
    });

  it('leaves a network that ends there as it is, and refuses a size that it does not have', () => {
    const whole = serialize(buildSynthesis(weights));
    expect(cutSynthesis(whole, 32)).toBe(whole);
    expect(() => cutSynthesis(whole, 64)).toThrow(/b64\.torgb\.bias.*b4\.torgb\.bias/);
  });
});
