import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  components,
  dilate,
  distanceTo,
  erode,
  largestComponent,
  type Mask,
  maskOf,
} from '../../../generator/src/impostor/matte/mask.ts';

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.boolean(), { minLength: width * height, maxLength: width * height })
      .map((set): Mask => maskOf(width, height, (i) => set[i]!)),
  );

function bruteDistance({ width, data }: Mask, i: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let j = 0; j < data.length; j++)
    if (data[j])
      best = Math.min(
        best,
        Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width)),
      );
  return best;
}

describe('masks', () => {
  it('measures the Euclidean distance to the nearest set pixel', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const distance = distanceTo(mask);
        for (let i = 0; i < distance.length; i++) expect(distance[i]).toBeCloseTo(bruteDistance(mask, i), 4);
      }),
    );
  });

  it('erodes and dilates by discs, as each other on the complement', () => {
    fc.assert(
      fc.property(
        masks,
        fc.oneof(fc.double({ min: 0.5, max: 6, noNaN: true }), fc.constantFrom(1, 1.5, 2, 3, 4, 5)),
        (mask, radius) => {
          const complement = maskOf(mask.width, mask.height, (i) => !mask.data[i]);
          const grown = dilate(mask, radius);
          const shrunk = erode(complement, radius);
          const distance = distanceTo(mask);
          for (let i = 0; i < mask.data.length; i++) {
            expect(shrunk.data[i]).toBe(grown.data[i] ? 0 : 1);
            expect(grown.data[i]).toBe(distance[i]! <= radius ? 1 : 0);
          }
        },
      ),
    );
  });

  it('does not erode a subject where it leaves the frame', () => {
    const full = maskOf(5, 4, () => true);
    expect(erode(full, 2).data.every((set) => set === 1)).toBe(true);
  });

  it('labels every set pixel, neighbours alike, and counts the parts', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(4 as const, 8 as const), (mask, connectivity) => {
        const { labels, sizes } = components(mask, connectivity);
        const counts = sizes.map(() => 0);
        for (let i = 0; i < labels.length; i++) {
          expect(labels[i]! > 0).toBe(mask.data[i] === 1);
          counts[labels[i]!]!++;
          if (mask.data[i] && (i + 1) % mask.width !== 0 && mask.data[i + 1])
            expect(labels[i + 1]).toBe(labels[i]);
          const below = i + mask.width;
          if (mask.data[i] && mask.data[below]) expect(labels[below]).toBe(labels[i]);
        }
        expect(counts.slice(1)).toEqual(sizes.slice(1));
      }),
    );
  });

  it('joins corners only with connectivity 8, and keeps the largest part', () => {
    // #.#
    // .##
    const mask = maskOf(3, 2, (i) => [0, 2, 4, 5].includes(i));
    expect(components(mask, 4).sizes.slice(1)).toEqual([1, 3]);
    expect(components(mask, 8).sizes.slice(1)).toEqual([4]);
    const apart = maskOf(5, 1, (i) => i !== 1);
    expect([...largestComponent(apart).data]).toEqual([0, 0, 1, 1, 1]);
    expect(largestComponent(maskOf(2, 2, () => false)).data.some((set) => set === 1)).toBe(false);
  });
});
