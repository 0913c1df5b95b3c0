import { mendRim } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const SIDE = 12;
const at = (x: number, y: number): number => y * SIDE + x;

test('within the rim depth is as it was said, on it and three pixels past it as it is within', () => {
  // A slab whose depth rises downwards, and whose two outermost columns are wrong.
  const covered = (pixel: number): boolean => pixel % SIDE >= 4;
  const depth = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) =>
    pixel % SIDE < 6 ? 9 : 1 + 0.01 * Math.floor(pixel / SIDE),
  );
  const mended = mendRim(depth, covered, SIDE, SIDE);
  for (let x = 6; x < SIDE; x++) expect(mended[at(x, 5)]).toBe(depth[at(x, 5)]);
  for (let x = 1; x < 6; x++) expect(mended[at(x, 5)]).toBeCloseTo(1.05, 5);
  expect(mended[at(0, 5)]).toBe(0);
});

test('a picture’s edge is no rim, and a line has no inside', () => {
  const flat = new Float32Array(SIDE * SIDE).fill(1);
  expect(mendRim(flat, () => true, SIDE, SIDE)).toEqual(flat);
  expect(mendRim(flat, (pixel) => pixel % SIDE === 3, SIDE, SIDE).every((value) => value === 0)).toBe(true);
});

test('no depth comes out that did not go in between', () => {
  const cells = fc.array(fc.boolean(), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE });
  fc.assert(
    fc.property(cells, fc.integer({ min: 1, max: 50 }), (mask, seed) => {
      const depth = Float32Array.from(mask, (_, k) => 1 + 0.1 * Math.sin(seed * k));
      const mended = mendRim(depth, (pixel) => mask[pixel]!, SIDE, SIDE);
      for (const value of mended)
        if (value !== 0) expect(Math.abs(value - 1)).toBeLessThanOrEqual(0.1 + 1e-6);
    }),
  );
});
