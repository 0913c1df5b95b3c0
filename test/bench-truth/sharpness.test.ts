import { describe, expect, test } from 'vitest';
import { boxBlur } from '../../generator/src/evaluation/index.ts';
import { highPassEnergy } from '../bench/truth/sharpness.ts';

/** One white pixel in the middle of black ones, in one plane of three. */
const point = (size: number) => {
  const data = new Float32Array(3 * size * size);
  data[Math.floor((size * size) / 2)] = 1;
  return { width: size, height: size, data };
};
const full = (size: number) => new Float32Array(size * size).fill(1);

describe('highPassEnergy', () => {
  test('of one point is what its own mean leaves of it', () => {
    // (8/9)² there, (1/9)² at its eight neighbours, over three planes of 25 pixels.
    expect(highPassEnergy(point(5), full(5))).toBeCloseTo((64 + 8) / 81 / 75, 9);
  });

  test('counts inside the mask only', () => {
    const mask = new Float32Array(25);
    mask[12] = 1;
    expect(highPassEnergy(point(5), mask)).toBeCloseTo(64 / 81 / 3, 7);
  });

  test('is nothing where nothing changes, and less after a blur', () => {
    const flat = { width: 5, height: 5, data: new Float32Array(75).fill(0.3) };
    expect(highPassEnergy(flat, full(5))).toBeLessThan(1e-12);
    expect(highPassEnergy(boxBlur(point(9)), full(9))).toBeLessThan(0.2 * highPassEnergy(point(9), full(9)));
  });

  test('names a mask that does not fit', () => {
    expect(() => highPassEnergy(point(5), full(4))).toThrow('expected a mask of 25 pixels, got 16');
    expect(() => highPassEnergy(point(5), new Float32Array(25))).toThrow('expected a mask that holds pixels');
  });
});

test('a 3×3 mean goes on beyond the border', () => {
  const ramp = { width: 3, height: 3, data: Float32Array.from({ length: 27 }, (_, k) => k % 3) };
  const rows = boxBlur(ramp).data.slice(0, 3);
  expect([...rows].map((value) => Number(value.toFixed(6)))).toEqual([0.333333, 1, 1.666667]);
});
