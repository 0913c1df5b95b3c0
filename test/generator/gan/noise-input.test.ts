import { describe, expect, it } from 'vitest';
import { buildSynthesis, type Precision } from '../../../generator/src/gan/index.ts';
import { float32, serialize, type TensorValue } from '../../../generator/src/graph/index.ts';
import { randomNetwork } from './direction-network.ts';
import { drawNetwork, furthest, twoLatents } from './draw-network.ts';

const COUNT = 2;
const weights = randomNetwork(3, { resolution: 16, channels: 6, dim: 8, noise: 0.3 });
/** @param noise what each layer's own is multiplied by, view by view */
async function draw(precision: Precision, noise: readonly number[] | null): Promise<Float32Array> {
  const how = noise ? 'input' : 'constant';
  const feeds: Record<string, TensorValue> = { ws: twoLatents(weights) };
  for (const { resolution, conv0, conv1 } of noise ? weights.blocks : [])
    for (const [name, layer] of Object.entries({ conv0, conv1 }))
      if (layer)
        feeds[`b${resolution}.${name}.noise`] = float32(
          Float32Array.from(noise!.flatMap((factor) => [...layer.noise].map((v) => factor * v))),
          [COUNT, 1, resolution, resolution],
        );
  const model = serialize(buildSynthesis(weights, { precision, noise: how }));
  const { image, inputs } = await drawNetwork(model, feeds);
  expect([...inputs].sort()).toEqual(Object.keys(feeds).sort());
  return image;
}

describe('noise as an input', () => {
  for (const precision of ['float32', 'float16-weights', 'float16'] satisfies Precision[])
    it(`${precision}: draws the network's picture when given the network's noise, view by view`, async () => {
      const constant = await draw(precision, null);
      const half = constant.length / COUNT;
      // A rounding more: in halves, the constant is rounded after its strength and the input before.
      const tolerance = precision === 'float16' ? 0.01 : 1e-5;
      expect(furthest(await draw(precision, [1, 1]), constant)).toBeLessThan(tolerance);
      const mixed = await draw(precision, [1, -1]);
      expect(furthest(mixed.subarray(0, half), constant.subarray(0, half))).toBeLessThan(tolerance);
      expect(furthest(mixed.subarray(half), constant.subarray(half))).toBeGreaterThan(0.1);
    });
});
