import { BACKGROUND_CODE, depthOfCode } from '@turnaround/plugin/asset';
import { expect, test } from 'vitest';

test('codes count from near to far, and the last one is background', () => {
  const range = { near: 0.9, far: 1.1 };
  expect(depthOfCode(0, range)).toBe(0.9);
  expect(depthOfCode(BACKGROUND_CODE - 1, range)).toBeCloseTo(1.1, 5);
  expect(depthOfCode(256 * 128, range)).toBeCloseTo(1, 5);
  expect(depthOfCode(BACKGROUND_CODE, range)).toBe(Number.POSITIVE_INFINITY);
});
