import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendColour } from '../../../generator/src/impostor/extend-colour.ts';

const cases = fc
  .record({ width: fc.integer({ min: 1, max: 17 }), height: fc.integer({ min: 1, max: 17 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      colours: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: 3 * width * height,
        maxLength: 3 * width * height,
      }),
      known: fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height }),
    }),
  );

describe('extendColour', () => {
  it('keeps known colours, and continues them within their range', () => {
    fc.assert(
      fc.property(cases, ({ width, height, colours, known }) => {
        fc.pre(known.includes(true));
        const size = width * height;
        const image = { width, height, data: Float32Array.from(colours) };
        const out = extendColour(image, Float32Array.from(known, Number));
        for (let c = 0; c < 3; c++) {
          const seen = [...image.data.subarray(c * size, (c + 1) * size)].filter((_, i) => known[i]);
          const [low, high] = [Math.min(...seen), Math.max(...seen)];
          for (let i = 0; i < size; i++) {
            const value = out.data[c * size + i]!;
            if (known[i]) expect(value === image.data[c * size + i]).toBe(true);
            expect(value).toBeGreaterThanOrEqual(low - 1e-5);
            expect(value).toBeLessThanOrEqual(high + 1e-5);
          }
        }
      }),
    );
  });

  it('takes the nearest side at a seam: left colours on the left, right ones on the right', () => {
    const [width, height] = [32, 8];
    const size = width * height;
    const data = new Float32Array(3 * size);
    const trust = new Float32Array(size);
    for (let y = 0; y < height; y++) {
      data[y * width] = 1;
      data[y * width + width - 1] = -1;
      trust[y * width] = trust[y * width + width - 1] = 1;
    }
    const out = extendColour({ width, height, data }, trust);
    expect(out.data[4 * width + 3]).toBeGreaterThan(0.7);
    expect(out.data[4 * width + width - 4]).toBeLessThan(-0.7);
  });
});
