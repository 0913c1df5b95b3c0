import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATLAS_LIMIT, packAtlas } from '../../../generator/src/impostor/atlas.ts';
import type { RgbaImage } from '../../../generator/src/impostor/image.ts';
import { createFlatMatte, cutoutToRgba } from '../../../generator/src/impostor/matte/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { readSweep } from './pictures.ts';

function view(width: number, height: number, seed: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++)
    data.set(
      [(37 * i + seed) % 256, (91 * i + 3 * seed) % 256, (17 * i) % 256, (i + seed) % 3 === 0 ? 0 : 255],
      4 * i,
    );
  return { width, height, data };
}

const sets = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 9 }),
  gutter: fc.integer({ min: 0, max: 3 }),
});

describe('packAtlas', () => {
  it('gives every view a place of its own, within the atlas, with its pixels', () => {
    fc.assert(
      fc.property(sets, ({ count, width, height, gutter }) => {
        const views = Array.from({ length: count }, (_, k) => view(width, height, k));
        const { image, rectangles } = packAtlas(views, { gutter });
        const taken = new Uint8Array(image.width * image.height);
        expect(rectangles).toHaveLength(count);
        rectangles.forEach(([x, y, w, h], k) => {
          expect([w, h]).toEqual([width, height]);
          for (let dy = -gutter; dy < h + gutter; dy++)
            for (let dx = -gutter; dx < w + gutter; dx++) {
              const at = (y + dy) * image.width + x + dx;
              expect(x + dx >= 0 && x + dx < image.width && y + dy >= 0 && y + dy < image.height).toBe(true);
              expect(taken[at]).toBe(0);
              taken[at] = 1;
              // The gutter repeats the border.
              const from = Math.min(h - 1, Math.max(0, dy)) * w + Math.min(w - 1, Math.max(0, dx));
              const stored = image.data.subarray(4 * at, 4 * at + 4);
              const given = views[k]!.data.subarray(4 * from, 4 * from + 4);
              expect(stored[3]).toBe(given[3]);
              if (given[3] !== 0) expect([...stored]).toEqual([...given]);
            }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('wastes as few cells as a shape that is no strip allows', () => {
    const grid = (count: number) => {
      const { image } = packAtlas(
        Array.from({ length: count }, (_, k) => view(4, 4, k)),
        { gutter: 0 },
      );
      return [image.width / 4, image.height / 4] as const;
    };
    for (let count = 1; count <= 50; count++) {
      const [columns, rows] = grid(count);
      expect(Math.max(columns, rows) / Math.min(columns, rows)).toBeLessThanOrEqual(4);
      const square = Math.ceil(Math.sqrt(count));
      expect(columns * rows).toBeLessThanOrEqual(square * Math.ceil(count / square));
      expect(columns * rows).toBeGreaterThanOrEqual(count);
    }
    expect(grid(13)).toEqual([2, 7]);
    expect(grid(49)).toEqual([7, 7]);
  });

  it("continues the subject's colours where nothing is seen", () => {
    const image: RgbaImage = { width: 16, height: 16, data: new Uint8ClampedArray(1024) };
    for (let i = 0; i < 256; i++) image.data.set(i % 16 < 8 ? [200, 50, 20, 255] : [0, 255, 0, 0], 4 * i);
    const { image: atlas } = packAtlas([image]);
    for (let i = 0; i < atlas.data.length; i += 4)
      expect([...atlas.data.subarray(i, i + 3)]).toEqual([200, 50, 20]);
  });

  it('refuses no views, views of different sizes, and more than a GPU takes', () => {
    expect(() => packAtlas([])).toThrow('at least one view');
    expect(() => packAtlas([view(4, 4, 0), view(4, 5, 0)])).toThrow('expected view 1 4×4, got 4×5');
    const wide: RgbaImage = { width: ATLAS_LIMIT, height: 1, data: new Uint8ClampedArray(4 * ATLAS_LIMIT) };
    expect(() => packAtlas([wide])).toThrow(`at most ${ATLAS_LIMIT}×${ATLAS_LIMIT}`);
  });

  it.skipIf(!hasShared)(
    `keeps 36 dB within the alpha of every view through the default WebP${sharedReason}`,
    async () => {
      const codec = createImageCodec();
      const matte = createFlatMatte();
      for (const subject of [0, 3, 8]) {
        const { images } = await readSweep(subject, [0, 6, 12, 18, 24, 30, 36, 42, 48]);
        const { image, rectangles } = packAtlas((await matte.cut(images)).map(cutoutToRgba));
        const decoded = await codec.decode(await codec.encodeWebp(image, { quality: 90 }));
        let changedAlpha = 0;
        for (const [x0, y0, width, height] of rectangles) {
          const rows = (first: number): number => {
            let sum = 0;
            let weight = 0;
            for (let y = first; y < height; y++)
              for (let x = 0; x < width; x++) {
                const o = 4 * ((y0 + y) * image.width + x0 + x);
                const alpha = image.data[o + 3]! / 255;
                if (decoded.data[o + 3] !== image.data[o + 3]) changedAlpha++;
                for (let c = 0; c < 3; c++) sum += alpha * (image.data[o + c]! - decoded.data[o + c]!) ** 2;
                weight += 3 * alpha;
              }
            return 10 * Math.log10(255 ** 2 / (sum / weight));
          };
          expect(rows(0)).toBeGreaterThan(36);
          expect(rows(height - 2)).toBeGreaterThan(36);
        }
        expect(changedAlpha).toBe(0);
      }
    },
  );
});
