import { describe, expect, test } from 'vitest';
import {
  EvaluationError,
  meanSquaredError,
  psnr,
  ssim,
  ssimMap,
} from '../../../generator/src/evaluation/index.ts';
import { picture, reference } from './reference.ts';

describe('pictures against scikit-image', () => {
  test.each(reference.pictures)('$channels channels, $width×$height', (row) => {
    const a = picture(row.width, row.height, row.a);
    const b = picture(row.width, row.height, row.b);
    expect(psnr(a, b)).toBeCloseTo(row.psnr, 5);
    expect(psnr(a, b, row.mask)).toBeCloseTo(row.psnrMasked, 5);
    expect(ssim(a, b)).toBeCloseTo(row.ssim, 6);
    expect(ssim(a, b, row.mask)).toBeCloseTo(row.ssimMasked, 6);
    const map = ssimMap(a, b);
    expect(map.length).toBe(row.ssimMap.length);
    for (let k = 0; k < map.length; k++) expect(Math.abs(map[k]! - row.ssimMap[k]!)).toBeLessThan(1e-6);
  });
});

describe('psnr', () => {
  const a = picture(2, 1, [0, 0.5]);
  const b = picture(2, 1, [0.1, 0.5]);

  test('takes the range of the values', () => {
    expect(meanSquaredError(a, b)).toBeCloseTo(0.005, 8);
    expect(psnr(a, b)).toBeCloseTo(10 * Math.log10(4 / 0.005), 5);
    expect(psnr(a, b, undefined, { range: 1 })).toBeCloseTo(10 * Math.log10(1 / 0.005), 5);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
  });

  test('counts pixels that are more than half covered', () => {
    expect(meanSquaredError(a, b, [0.5, 0.51])).toBe(0);
    expect(meanSquaredError(a, b, [1, 0])).toBeCloseTo(0.01, 7);
  });
});

describe('ssim', () => {
  const chequers = picture(
    12,
    12,
    Array.from({ length: 144 }, (_, k) => ((k + Math.floor(k / 12)) % 2 ? 0.8 : -0.8)),
  );

  test('is 1 for equal pictures and below 0 for the negative', () => {
    expect(ssim(chequers, chequers)).toBeCloseTo(1, 12);
    expect(ssim(chequers, { ...chequers, data: chequers.data.map((v) => -v) })).toBeLessThan(-0.9);
  });

  test('needs room for its window', () => {
    const small = picture(10, 12, new Array(120).fill(0));
    expect(() => ssim(small, small)).toThrow('ssim: expected at least 11×11 pixels, got 10×12');
  });
});

describe('bad input', () => {
  const a = picture(12, 12, new Array(144).fill(0));

  test('an empty mask, or one of another size', () => {
    expect(() => psnr(a, a, new Float32Array(144))).toThrow(EvaluationError);
    expect(() => psnr(a, a, new Float32Array(143))).toThrow('expected a mask of 144 pixels, got 143');
    expect(() => ssim(a, a, new Float32Array(144))).toThrow(/holds pixels/);
  });

  test('pictures of other shapes', () => {
    expect(() => psnr(a, picture(12, 24, new Array(288).fill(0)))).toThrow(/one shape/);
    expect(() => ssim(a, picture(12, 12, new Array(432).fill(0)))).toThrow(/one shape/);
    expect(() => psnr(picture(5, 5, [1, 2, 3]), picture(5, 5, [1, 2, 3]))).toThrow(
      /expected \[C,5,5\], got 3 numbers/,
    );
  });
});
