import { describe, expect, test } from 'vitest';
import { packView } from '../../../plugin/src/live/pack-view.ts';

const SIDE = 8;
const SIZE = SIDE * SIDE;
const range = { near: 0.9, far: 1.1 };

describe('packView', () => {
  test('multiplies colour by alpha, in sRGB as it is, and holds values within a byte', () => {
    const image = new Float32Array(3 * SIZE).fill(0);
    image[0] = 1.5;
    image[SIZE] = -1.5;
    const alpha = new Float32Array(SIZE).fill(0.5);
    // Half-way out of the subject, beside it.
    alpha[1] = 0.25;
    const { colour, relief } = packView(
      { image, alpha, depth: new Float32Array(SIZE).fill(0.95) },
      SIDE,
      range,
    );
    expect([...colour.subarray(0, 4)]).toEqual([128, 0, 64, 128]);
    expect([...colour.subarray(4, 8)]).toEqual([32, 32, 32, 64]);
    expect([...relief.subarray(0, 2)]).toEqual([64, 128]);
  });

  test('depth is taken from within the rim, over it and past it, then comes the backdrop', () => {
    const wide = 16;
    // Deeper to the right, and nonsense on the two outermost columns of the subject, which begins at 6.
    const depth = Float32Array.from({ length: wide * wide }, (_, k) =>
      k % wide < 8 ? 1.5 : 0.95 + 0.01 * (k % wide),
    );
    const alpha = Float32Array.from({ length: wide * wide }, (_, k) => (k % wide >= 6 ? 1 : 0.4));
    const { relief } = packView({ image: new Float32Array(3 * wide * wide), alpha, depth }, wide, {
      near: 0.9,
      far: 1.3,
    });
    const row = Array.from({ length: wide }, (_, x) => relief[2 * (8 * wide + x)]!);
    const within = Math.round((255 * (0.95 + 0.08 - 0.9)) / 0.4);
    expect(row.slice(0, 3)).toEqual([255, 255, 255]);
    const alphas = Array.from({ length: wide }, (_, x) => relief[2 * (8 * wide + x) + 1]!);
    expect(alphas.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 102, 255]);
    expect(row.slice(3, 9)).toEqual(new Array(6).fill(within));
    expect(row[12]).toBe(Math.round((255 * (0.95 + 0.12 - 0.9)) / 0.4));
  });

  test('what is too thin to have an inside is left out: its depth is the backdrop’s', () => {
    const alpha = Float32Array.from({ length: SIZE }, (_, k) => (k % SIDE === 4 ? 1 : 0));
    const depth = new Float32Array(SIZE).fill(0.95);
    const { relief } = packView({ image: new Float32Array(3 * SIZE), alpha, depth }, SIDE, range);
    expect([...relief.subarray(2 * 4, 2 * 4 + 2)]).toEqual([255, 0]);
  });
});
