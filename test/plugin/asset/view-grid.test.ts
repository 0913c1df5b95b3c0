import { AssetError, parseRange, radians, selectViews, type View, viewYaws } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const fan = (yaws: readonly number[], pitch = 0): View[] =>
  yaws.map((yaw) => ({ yaw: radians(yaw), pitch: radians(pitch), rectangle: [0, 0, 1, 1] }));
const select = (views: readonly View[], yaw: number, pitch = 0) =>
  selectViews(views, radians(yaw), radians(pitch));

describe('parseRange', () => {
  test.each([
    ['-60:60', -60, 60],
    ['-0.5:+12.5', -0.5, 12.5],
    [' 0 : .25 ', 0, 0.25],
    ['-180:180', -180, 180],
    ['10:10', 10, 10],
  ])('%s', (text, minimum, maximum) => {
    expect(parseRange(text)).toEqual({ minimum: radians(minimum), maximum: radians(maximum) });
  });

  test.each([
    '',
    '60',
    ':',
    '-60:',
    '60:-60',
    '-60:60:5',
    '-200:0',
    '0:181',
    'a:b',
    '1e1:20',
    '-60..60',
    'NaN:1',
    '0x1:2',
  ])('refuses %j', (text) => {
    expect(() => parseRange(text)).toThrow(AssetError);
    expect(() => parseRange(text)).toThrow(`such as -60:60, got ${text}`);
  });
});

describe('viewYaws', () => {
  test('is even, rises, and meets both ends and the middle exactly', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3.1, noNaN: true }),
        fc.integer({ min: 2, max: 99 }),
        (end, count) => {
          const yaws = viewYaws({ minimum: -end, maximum: end, count });
          expect(yaws).toHaveLength(count);
          expect(yaws[0]).toBe(-end);
          expect(yaws.at(-1)).toBe(end);
          for (const [k, yaw] of yaws.entries()) expect(yaw + yaws[count - 1 - k]!).toBe(0);
          const step = (2 * end) / (count - 1);
          for (let k = 1; k < count; k++) expect(yaws[k]! - yaws[k - 1]!).toBeCloseTo(step, 10);
        },
      ),
    );
  });

  test('one view stands in the middle; a full circle does not meet itself', () => {
    expect(viewYaws({ minimum: -1, maximum: 3, count: 1 })).toEqual([1]);
    const circle = viewYaws({ ...parseRange('-180:180'), count: 4 });
    expect(circle.map((yaw) => Math.round((yaw * 180) / Math.PI))).toEqual([-180, -90, 0, 90]);
  });

  test.each([
    { minimum: 0, maximum: 1, count: 0 },
    { minimum: 0, maximum: 1, count: 2.5 },
    { minimum: 1, maximum: 0, count: 3 },
    { minimum: 1, maximum: 1, count: 3 },
    { minimum: Number.NaN, maximum: 1, count: 3 },
  ])('refuses %j', (range) => {
    expect(() => viewYaws(range)).toThrow(AssetError);
  });
});

describe('selectViews', () => {
  const five = fan([-40, -20, 0, 20, 40]);

  test('a stored yaw takes its view alone', () => {
    for (const [index, { yaw }] of five.entries())
      expect(selectViews(five, yaw)).toEqual({ samples: [{ index, weight: 1 }], yaw, outside: false });
  });

  test('between two, weights are linear in angle', () => {
    const { samples, outside } = select(five, 5);
    expect(samples.map(({ index }) => index)).toEqual([2, 3]);
    expect(samples[0]!.weight).toBeCloseTo(0.75, 12);
    expect(samples[1]!.weight).toBeCloseTo(0.25, 12);
    expect(outside).toBe(false);
  });

  test('beyond the range the nearest end is held', () => {
    expect(select(five, 41)).toEqual({ samples: [{ index: 4, weight: 1 }], yaw: radians(40), outside: true });
    expect(select(five, -179)).toEqual({
      samples: [{ index: 0, weight: 1 }],
      yaw: radians(-40),
      outside: true,
    });
    expect(select(five, 179)).toEqual({
      samples: [{ index: 4, weight: 1 }],
      yaw: radians(40),
      outside: true,
    });
    expect(select(five, 40.0005).outside).toBe(false);
  });

  test('weights sum to one, are continuous, and rebuild the yaw', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (yaw) => {
        const { samples } = select(five, yaw);
        expect(samples.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
        const mean = samples.reduce((sum, { index, weight }) => sum + weight * five[index]!.yaw, 0);
        expect(mean).toBeCloseTo(radians(yaw), 12);
      }),
    );
  });

  test('views all round close into a ring', () => {
    const ring = fan([-180, -90, 0, 90]);
    const { samples, outside } = select(ring, 135);
    expect(samples.map(({ index }) => index)).toEqual([3, 0]);
    expect(samples[1]!.weight).toBeCloseTo(0.5, 12);
    expect(outside).toBe(false);
    const offset = fan([-150, -90, -30, 30, 90, 150]);
    expect(select(offset, -170).samples.map(({ index }) => index)).toEqual([5, 0]);
    expect(select(offset, 170).samples.map(({ index }) => index)).toEqual([5, 0]);
    expect(select(offset, 170).samples[1]!.weight).toBeCloseTo(1 / 3, 9);
  });

  test('pitch chooses the row and never the yaw', () => {
    const grid = [...fan([-20, 20], -15), ...fan([-20, 0, 20], 15)];
    expect(select(grid, -20, -40).samples).toEqual([{ index: 0, weight: 1 }]);
    expect(select(grid, 20, 80).samples).toEqual([{ index: 4, weight: 1 }]);
    expect(select(grid, 0, 1).samples).toEqual([{ index: 3, weight: 1 }]);
    for (const pitch of [-80, -20, 0, 20, 80]) expect(select(five, 10, pitch)).toEqual(select(five, 10));
  });

  test('between rows of the same yaws, three views bracket a direction', () => {
    const grid = [...fan([-20, 0, 20], -15), ...fan([-20, 0, 20], 15)];
    const near = (yaw: number, pitch: number) =>
      select(grid, yaw, pitch).samples.map(({ index, weight }) => [index, Math.round(1e6 * weight) / 1e6]);
    expect(near(5, -15)).toEqual([
      [1, 0.75],
      [2, 0.25],
    ]);
    expect(near(5, 0)).toEqual([
      [1, 0.25],
      [2, 0.25],
      [4, 0.5],
    ]);
    expect(near(15, 7.5)).toEqual([
      [2, 0.25],
      [4, 0.25],
      [5, 0.5],
    ]);
    expect(near(0, 15)).toEqual([[4, 1]]);
    expect(near(0, 0)).toEqual([
      [1, 0.5],
      [4, 0.5],
    ]);
    expect(near(30, 0)).toEqual([
      [2, 0.5],
      [5, 0.5],
    ]);
    expect(near(5, 40)).toEqual([
      [4, 0.75],
      [5, 0.25],
    ]);
  });

  test('in a grid, weights are continuous and rebuild the direction', () => {
    const grid = [-15, 0, 20].flatMap((pitch) => fan([-40, -20, 0, 30], pitch));
    const inside = fc.tuple(
      fc.double({ min: -39, max: 29, noNaN: true }),
      fc.double({ min: -14, max: 19, noNaN: true }),
    );
    const table = (yaw: number, pitch: number): number[] => {
      const weights = new Array<number>(grid.length).fill(0);
      for (const { index, weight } of select(grid, yaw, pitch).samples) weights[index] = weight;
      return weights;
    };
    fc.assert(
      fc.property(inside, ([yaw, pitch]) => {
        const weights = table(yaw, pitch);
        const sum = (of: (view: View) => number) =>
          weights.reduce((total, w, k) => total + w * of(grid[k]!), 0);
        expect(sum(() => 1)).toBeCloseTo(1, 9);
        expect(sum((view) => view.yaw)).toBeCloseTo(radians(yaw), 9);
        expect(sum((view) => view.pitch)).toBeCloseTo(radians(pitch), 9);
        const beside = table(yaw + 0.01, pitch - 0.01);
        for (const [k, weight] of weights.entries()) expect(Math.abs(weight - beside[k]!)).toBeLessThan(0.01);
      }),
    );
  });

  test('one view is held everywhere', () => {
    expect(select(fan([0]), 0)).toMatchObject({ samples: [{ index: 0, weight: 1 }], outside: false });
    expect(select(fan([0]), 5)).toMatchObject({ samples: [{ index: 0, weight: 1 }], yaw: 0, outside: true });
  });
});
