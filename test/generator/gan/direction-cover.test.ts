import { describe, expect, it } from 'vitest';
import {
  type Cover,
  describeDirection,
  parseDirectionId,
} from '../../../generator/src/gan/direction/index.ts';
import { LAYERS, SIDE, TURN, toyInput } from './direction-toy.ts';

const BACKDROP = 0.17;
const AREA = SIDE * SIDE;

/** Stripes that no rule about corners takes for one colour. */
const stripes = Float32Array.from(
  { length: 3 * AREA },
  (_, i) => (((i % SIDE) + 3 * Math.floor(i / SIDE)) % 5) / 2.5 - 1,
);

/** The toy's heads before stripes. */
function striped() {
  const input = toyInput({ light: 0, turn: 20, scale: 0 });
  return {
    ...input,
    synthesize: async (ws: Float32Array, count: number) =>
      (await input.synthesize(ws, count)).map((value, i) =>
        Math.abs(value - BACKDROP) < 1e-6 ? stripes[i % (3 * AREA)]! : value,
      ),
  };
}

const onSubject: Cover = async (image) =>
  Float32Array.from({ length: AREA }, (_, i) =>
    [0, 1, 2].some((c) => image[c * AREA + i] !== stripes[c * AREA + i]) ? 1 : 0,
  );

const key = parseDirectionId(`pca:${TURN}:0-2`, LAYERS, 8);
const describeWith = (cover?: Cover) =>
  describeDirection({ ...striped(), ...(cover ? { cover } : {}) }, key, { describeSubjects: 12 });

describe('a direction before a backdrop that is not flat', () => {
  it('is described on the subject that a matte shows', async () => {
    const { vector, warpGain } = await describeWith(onSubject);
    expect(vector[TURN]).toBeGreaterThan(0);
    expect(warpGain).toBeGreaterThan((await describeWith()).warpGain + 0.05);
  });

  it('has nothing to go by where the matte shows nothing', async () => {
    const { warpGain } = await describeWith(async () => new Float32Array(AREA));
    expect(warpGain).toBe(0);
  });
});
