import { describe, expect, it } from 'vitest';
import {
  buildSynthesis,
  cutSynthesis,
  type Precision,
  withoutNoise,
} from '../../../generator/src/gan/index.ts';
import { serialize } from '../../../generator/src/graph/index.ts';
import { randomNetwork } from './direction-network.ts';
import { drawNetwork, furthest, twoLatents } from './draw-network.ts';

const network = (noise: number) => randomNetwork(3, { resolution: 16, channels: 6, dim: 8, noise });
const [noisy, still] = [network(0.3), network(0)];

const draw = async (model: Uint8Array): Promise<Float32Array> =>
  (await drawNetwork(model, { ws: twoLatents(noisy) })).image;

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
