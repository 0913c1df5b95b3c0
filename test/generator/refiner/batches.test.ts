import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../generator/src/graph/index.ts';
import { drawYaws, type RefinerSubject, viewFeeds } from '../../../generator/src/refiner/batches.ts';

const DRAW = { reach: 0.8, apart: [0.1, 0.4] } as const;

describe('yaws of a batch', () => {
  it('rise, lie within the reach of draw and subject, and hold two neighbours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: -1.2, max: -0.5, noNaN: true }),
        fc.double({ min: 0.5, max: 1.2, noNaN: true }),
        (seed, from, to) => {
          const yaws = drawYaws(new Random(seed, 'yaws'), 3, DRAW, [from, to]);
          expect(yaws).toHaveLength(3);
          expect([...yaws].sort((a, b) => a - b)).toEqual(yaws);
          expect(yaws[0]).toBeGreaterThanOrEqual(Math.max(from, -DRAW.reach));
          expect(yaws[2]).toBeLessThanOrEqual(Math.min(to, DRAW.reach));
          expect(Math.min(yaws[1]! - yaws[0]!, yaws[2]! - yaws[1]!)).toBeLessThanOrEqual(
            DRAW.apart[1] + 1e-9,
          );
        },
      ),
    );
  });

  it('reach all of the range', () => {
    const random = new Random(1, 'yaws');
    const all = Array.from({ length: 300 }, () => drawYaws(random, 3, DRAW, [-1, 1])).flat();
    expect(Math.min(...all)).toBeLessThan(-0.78);
    expect(Math.max(...all)).toBeGreaterThan(0.78);
  });
});

describe('inputs of a step', () => {
  const subject = (value: number): RefinerSubject => ({
    source: new Float32Array(6).fill(value),
    sourceYaw: value / 10,
    image: new Float32Array(3 * 4).fill(value),
    mask: new Float32Array(4).fill(1),
    depth: new Float32Array(4).fill(1 + value / 10),
    rotated: (yaw) => new Float32Array(6).fill(value + yaw),
    reach: [-1, 1],
  });

  it('hold each subject’s views together, yaws in the nets’ own scale', () => {
    const yaws = [
      [-0.5, 0.5],
      [0, 0.25],
    ];
    const feeds = viewFeeds([subject(1), subject(2)], yaws, { layers: 2, dim: 3, side: 2, scale: 2 });
    expect(Array.from(feeds['yaw']!.data as Float32Array)).toEqual([-0.25, 0.25, 0, 0.125]);
    expect(feeds['rotated']!.shape).toEqual([4, 2, 3]);
    const rows = Array.from({ length: 4 }, (_, r) => (feeds['rotated']!.data as Float32Array)[6 * r]);
    expect(rows).toEqual([0.5, 1.5, 2, 2.25]);
    expect(feeds['sourceImage']!.shape).toEqual([2, 3, 2, 2]);
    expect((feeds['sourceDepth']!.data as Float32Array)[4]).toBeCloseTo(1.2, 6);
    expect(feeds['sourceYaw']!.data).toEqual(Float32Array.of(0.05, 0.1));
  });
});
