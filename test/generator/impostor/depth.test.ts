import type { DepthRange } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BACKGROUND,
  DepthError,
  type DepthMap,
  decodeDepth,
  depthRange,
  encodeDepth,
  extendDepth,
  isDepth,
} from '../../../generator/src/impostor/depth/index.ts';

const ranges: fc.Arbitrary<DepthRange> = fc
  .tuple(fc.double({ min: 0.3, max: 2, noNaN: true }), fc.double({ min: 1e-3, max: 1, noNaN: true }))
  .map(([near, span]) => ({ near, far: near + span }));

const row = (...values: number[]): DepthMap => ({
  width: values.length,
  height: 1,
  data: Float32Array.from(values),
});

describe('depth as a picture', () => {
  it('comes back within a 65535th of the range', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (range, shares) => {
          const span = range.far - range.near;
          const depth = row(...shares.map((share) => range.near + share * span));
          const back = decodeDepth(encodeDepth(depth, range), range);
          // Float32 itself rounds twice on the way.
          for (const [i, value] of back.data.entries())
            expect(Math.abs(value - depth.data[i]!)).toBeLessThanOrEqual(span / 65535 + 4e-7 * range.far);
        },
      ),
    );
  });

  it('errs by half a step of the bits that are kept, and decodes without being told them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 15 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (bits, share) => {
          const range = { near: 0.9, far: 1.1 };
          const depth = row(0.9 + 0.2 * share);
          const back = decodeDepth(encodeDepth(depth, range, { bits }), range);
          const step = (2 ** (16 - bits) / 65535) * 0.2;
          expect(Math.abs(back.data[0]! - depth.data[0]!)).toBeLessThanOrEqual(step / 2 + 2e-7);
        },
      ),
    );
  });

  it('puts the high byte in R, the low in G, nothing in B, and is opaque', () => {
    const range = { near: 1, far: 1 + 65535 / 65536 };
    const picture = encodeDepth(row(1, 1 + 0x1234 / 65536, BACKGROUND), range);
    expect([...picture.data]).toEqual([0, 0, 0, 255, 0x12, 0x34, 0, 255, 255, 255, 0, 255]);
  });

  it('keeps the background apart from the farthest subject, and holes count as background', () => {
    const range = { near: 0.9, far: 1.1 };
    const back = decodeDepth(encodeDepth(row(1.1, 7, 0.2, BACKGROUND, 0, Number.NaN, -1), range), range);
    expect([...back.data].map(isDepth)).toEqual([true, true, true, false, false, false, false]);
    expect(back.data[1]).toBeCloseTo(1.1, 5);
    expect(back.data[2]).toBeCloseTo(0.9, 5);
    for (const bits of [8, 12, 16])
      expect(isDepth(decodeDepth(encodeDepth(row(1.1), range, { bits }), range).data[0]!)).toBe(true);
  });

  it('refuses planes that are no range, pictures that are not opaque, and wrong sizes', () => {
    const codeOf = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        if (error instanceof DepthError) return error.code;
      }
      return 'none';
    };
    expect(codeOf(() => encodeDepth(row(1), { near: 1, far: 1 }))).toBe('range');
    expect(codeOf(() => encodeDepth(row(1), { near: 0, far: 1 }))).toBe('range');
    expect(codeOf(() => encodeDepth(row(1), { near: 1, far: Number.NaN }))).toBe('range');
    expect(codeOf(() => encodeDepth(row(1), { near: 0.5, far: 1 }, { bits: 7 }))).toBe('range');
    expect(codeOf(() => encodeDepth({ ...row(1), width: 2 }, { near: 0.5, far: 1 }))).toBe('size');
    const clear = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    expect(codeOf(() => decodeDepth(clear, { near: 0.5, far: 1 }))).toBe('size');
  });
});

describe('the range of a character', () => {
  it('spans all views with a margin, and does not see the background', () => {
    const range = depthRange([row(0.95, BACKGROUND, 1), row(0.9, 0, 1.1)], { margin: 0.1 });
    expect(range.near).toBeCloseTo(0.88, 5);
    expect(range.far).toBeCloseTo(1.12, 5);
  });

  it('is a range for a flat picture too, and an error for an empty one', () => {
    const { near, far } = depthRange([row(1, 1)]);
    expect(near).toBeLessThan(1);
    expect(far).toBeGreaterThan(1);
    expect(() => depthRange([row(BACKGROUND, 0)])).toThrow(/background only/);
  });
});

describe('depth past the mask', () => {
  it('repeats the nearest depth for two pixels and blurs nothing', () => {
    const depth = row(9, 9, 9, 0.9, 1.05, 9, 9, 9, 9);
    const mask = Float32Array.from([0, 0, 0.4, 0.5, 1, 0.2, 0, 0, 0]);
    const { data } = extendDepth(depth, mask);
    expect([...data]).toEqual(
      [BACKGROUND, 0.9, 0.9, 0.9, 1.05, 1.05, 1.05, BACKGROUND, BACKGROUND].map(Math.fround),
    );
  });

  it('only ever holds depths of the mask, within the distance asked for and no farther', () => {
    const picture = fc.record({
      depth: fc.array(fc.double({ min: 0.8, max: 1.2, noNaN: true }), { minLength: 48, maxLength: 48 }),
      mask: fc.array(fc.constantFrom(0, 0.49, 0.5, 1), { minLength: 48, maxLength: 48 }),
      pixels: fc.integer({ min: 2, max: 4 }),
    });
    fc.assert(
      fc.property(picture, ({ depth, mask, pixels }) => {
        const map = { width: 8, height: 6, data: Float32Array.from(depth) };
        const out = extendDepth(map, Float32Array.from(mask), { pixels });
        const distanceTo = (i: number, j: number): number =>
          Math.hypot((i % 8) - (j % 8), Math.floor(i / 8) - Math.floor(j / 8));
        const subject = [...mask.keys()].filter((i) => mask[i]! >= 0.5);
        for (const [i, value] of out.data.entries()) {
          const least = Math.min(...subject.map((j) => distanceTo(i, j)));
          if (least > pixels) expect(value).toBe(BACKGROUND);
          else
            expect(subject.filter((j) => distanceTo(i, j) === least).map((j) => map.data[j])).toContain(
              value,
            );
        }
      }),
    );
  });

  it('fills holes in the mask from the nearest depth, and refuses a mask without any', () => {
    const mask = new Float32Array(6).fill(1);
    expect([...extendDepth(row(0, 0, 0, Number.NaN, BACKGROUND, 0.75), mask).data]).toEqual(
      Array(6).fill(0.75),
    );
    expect(() => extendDepth(row(0, Number.NaN), new Float32Array(2).fill(1))).toThrow(/none/);
  });
});
