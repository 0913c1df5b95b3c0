import { radians } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latentBasis, polished, polishShares } from '../../../generator/src/refiner/index.ts';

const rowsOf = (shares: Float32Array, views: number): number[][] => {
  const changes = shares.length / views;
  return Array.from({ length: views }, (_, v) => [...shares.subarray(v * changes, (v + 1) * changes)]);
};
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('shares of views in what a polish changes', () => {
  it('are 1 of what all share and 1 in all of what views about a yaw share', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -60, max: 60 }), { minLength: 1, maxLength: 15 }),
        fc.double({ min: 5, max: 90, noNaN: true }),
        (degrees, spacing) => {
          const yaws = degrees.sort((a, b) => a - b).map(radians);
          for (const row of rowsOf(polishShares(yaws, { spacing: radians(spacing) }), yaws.length)) {
            expect(row[0]).toBe(1);
            expect(sum(row.slice(1))).toBeCloseTo(1, 5);
            expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  it('lie where the view does: the nearest place has most', () => {
    const yaws = [-40, -20, 0, 20, 40].map(radians);
    const rows = rowsOf(polishShares(yaws, { spacing: radians(20) }), 5);
    for (const [v, row] of rows.entries()) {
      const near = row.slice(1);
      expect(near).toHaveLength(5);
      expect(near.indexOf(Math.max(...near))).toBe(v);
    }
    // Views next to each other have more in common than those far apart.
    const common = (a: number, b: number) =>
      sum(rows[a]!.slice(1).map((share, j) => share * rows[b]![j + 1]!));
    expect(common(0, 1)).toBeGreaterThan(3 * common(0, 3));
  });
});

it('moves latents by their shares, on the refined layers only', () => {
  const basis = latentBasis({
    dim: 2,
    mean: new Float32Array(2),
    deviations: Float32Array.of(2, 1),
    components: Float32Array.of(0, 1, 1, 0),
  });
  const shape = { layers: 3, basis, refined: { from: 1, to: 2 } };
  const start = new Float32Array(2 * 3 * 2);
  const moved = polished(start, Float32Array.of(1, 0, 0, 10), Float32Array.of(1, 0.5, 1, 0), shape);
  // View 0: (1, 0) + .5·(0, 10); component 0 is the second axis, by 2.
  expect([...moved]).toEqual([0, 0, 5, 2, 0, 0, 0, 0, 0, 2, 0, 0]);
  expect(start.every((value) => value === 0)).toBe(true);
});
