import { describe, expect, it } from 'vitest';
import { FOCAL } from '../../../generator/src/calibration/config.ts';
import { ROUNDNESS, roundnessSums } from '../../../generator/src/calibration/shape-prior.ts';
import { median } from '../../../generator/src/evaluation/index.ts';
import { createFlatMatte } from '../../../generator/src/impostor/matte/index.ts';
import { openSweeps } from '../../bench/truth/sweeps.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';

const SIDE = 64;

/** An upright ellipsoid's near half, `deep` times as deep as wide. */
function ellipsoid(deep: number, offset = 0): { depth: Float32Array; mask: Float32Array } {
  const [a, b] = [20, 26];
  const mask = new Float32Array(SIDE * SIDE);
  const depth = new Float32Array(SIDE * SIDE).fill(1.04);
  for (let i = 0; i < depth.length; i++) {
    const [x, y] = [(i % SIDE) - (SIDE - 1) / 2, Math.floor(i / SIDE) - (SIDE - 1) / 2];
    const rest = 1 - (x / a) ** 2 - (y / b) ** 2;
    if (rest < 0) continue;
    mask[i] = 1;
    depth[i] = 1 + offset - (deep * a * Math.sqrt(rest) * 2) / SIDE / FOCAL;
  }
  return { depth, mask };
}

describe('roundnessSums', () => {
  for (const deep of [0.5, 1, 1.28])
    it(`measures an ellipsoid ${deep} times as deep as wide, wherever it stands`, () => {
      for (const offset of [0, 0.05]) {
        const { depth, mask } = ellipsoid(deep, offset);
        const [product, square] = roundnessSums(depth, mask, SIDE, FOCAL);
        expect(product / square).toBeGreaterThan(0.95 * deep);
        expect(product / square).toBeLessThan(1.05 * deep);
      }
    });

  it('measures nothing off an empty mask', () => {
    const { depth } = ellipsoid(1);
    expect(roundnessSums(depth, new Float32Array(SIDE * SIDE), SIDE, FOCAL)).toEqual([0, 0]);
  });

  it.skipIf(!hasShared)(`finds rendered heads about as deep as the prior says${sharedReason}`, async () => {
    const sweeps = openSweeps(portraits(), SIDE);
    const heads: number[] = [];
    for (const subject of sweeps.subjects) {
      const { views } = await sweeps.load(subject);
      const frontal = views.filter(({ yaw }) => Math.abs(yaw) < 0.2);
      const masks = await createFlatMatte().cover(frontal.map(({ image }) => image));
      let [product, square] = [0, 0];
      frontal.forEach(({ depth }, k) => {
        // Beyond the true silhouette there is no depth to compare.
        const mask = masks[k]!.map((share, i) => (depth[i]! > 0 ? share : 0));
        const sums = roundnessSums(depth, mask, SIDE, FOCAL);
        product += sums[0];
        square += sums[1];
      });
      heads.push(product / square);
    }
    expect(heads).toHaveLength(16);
    expect(median(heads)).toBeGreaterThan(0.9 * ROUNDNESS);
    expect(median(heads)).toBeLessThan(1.1 * ROUNDNESS);
  });
});
