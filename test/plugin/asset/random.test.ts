import { readFileSync } from 'node:fs';
import { AssetError, seedToLatent } from '@turnaround/plugin/asset';
import { describe, expect, test } from 'vitest';
import { golden } from '../../shared.ts';

interface Row {
  seed: number;
  first: number[];
  at: Record<string, number>;
  sum: number;
}
const { rows } = JSON.parse(readFileSync(golden('numpy', 'randn.json'), 'utf8')) as { rows: Row[] };

describe('seedToLatent', () => {
  test.each(rows)("draws numpy's numbers for seed $seed", ({ seed, first, at, sum }) => {
    const z = seedToLatent(seed, 1024);
    const close = (got: number, expected: number) =>
      expect(Math.abs(got - expected)).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(expected)));
    for (const [k, expected] of first.entries()) close(z[k]!, expected);
    for (const [k, expected] of Object.entries(at)) close(z[Number(k)]!, expected);
    expect(z.reduce((total, value) => total + Math.abs(value), 0)).toBeCloseTo(sum, 9);
  });

  test('a shorter latent is the beginning of a longer one, odd lengths included', () => {
    const long = seedToLatent(3, 64);
    for (const dim of [0, 1, 2, 33]) expect(seedToLatent(3, dim)).toEqual(long.slice(0, dim));
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses the seed %d', (seed) => {
    expect(() => seedToLatent(seed, 4)).toThrow(AssetError);
  });
});
