import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowBetween, smoothed } from '../../../generator/src/gan/direction/flow.ts';

const SIZE = 64;

/** Stripes and a slope, moved to the right by `by` pixels. */
function stripes(by: number, phase: number): Float32Array {
  return Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    const x = (i % SIZE) - by;
    const y = Math.floor(i / SIZE) % SIZE;
    return 0.5 * Math.sin(x / 4 + phase) + 0.3 * Math.cos((x + y) / 7 + 2 * phase);
  });
}

describe('flow', () => {
  it('is how far pictures have moved to the right', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (by, phase) => {
          const still = smoothed({ size: SIZE, images: [stripes(0, phase)] });
          const moved = smoothed({ size: SIZE, images: [stripes(by, phase)] });
          expect(flowBetween(still, moved)).toBeCloseTo(by, 1);
          expect(flowBetween(moved, still)).toBeCloseTo(-by, 1);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is none where only the colours of a face seen from the front change', () => {
    const face = stripes(0, 0).map((_, i) => {
      const x = (i % SIZE) - (SIZE - 1) / 2;
      return Math.cos(x / 4) * Math.sin((Math.floor(i / SIZE) % SIZE) / 5);
    });
    const dark = smoothed({ size: SIZE, images: [face] });
    const light = smoothed({ size: SIZE, images: [face.map((value) => 0.8 * value + 0.2)] });
    expect(Math.abs(flowBetween(dark, light))).toBeLessThan(0.01);
  });

  it('is that of the median subject, and none of a blank picture', () => {
    const of = (...moves: number[]) => smoothed({ size: SIZE, images: moves.map((by, n) => stripes(by, n)) });
    expect(flowBetween(of(0, 0, 0), of(1, 0.5, -1))).toBeCloseTo(0.5, 1);
    const blank = { size: SIZE, images: [new Float32Array(3 * SIZE * SIZE)] };
    expect(flowBetween(blank, blank)).toBe(0);
  });
});
