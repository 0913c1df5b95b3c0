import { radians } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathFollower } from '../../../plugin/src/live/camera-path.ts';
import { type CameraPath, ViewCache } from '../../../plugin/src/live/view-cache.ts';

const range = { minimum: radians(-60), maximum: radians(60) };
const NOBODY: ReadonlySet<number> = new Set();
const still = (yaw: number): CameraPath => ({ yaw: radians(yaw), velocity: 0, resting: 1 });
const moving = (yaw: number, velocity: number): CameraPath => ({
  yaw: radians(yaw),
  velocity: radians(velocity),
  resting: 0,
});
const degreesOf = (yaw: number | null): number | null =>
  yaw === null ? null : Math.round((yaw * 1800) / Math.PI) / 10;
const cacheOf = (cells = 8): ViewCache => new ViewCache({ cells, range, spacing: radians(10) });

/** Makes what is wanted until nothing is; the yaws in order, degrees. */
function fill(cache: ViewCache, path: CameraPath, now = 0): (number | null)[] {
  const made: (number | null)[] = [];
  for (let yaw = cache.wanted(path, NOBODY); yaw !== null; yaw = cache.wanted(path, NOBODY)) {
    made.push(degreesOf(yaw));
    cache.put(yaw, cache.cellFor(yaw, path, NOBODY)!, now);
    if (made.length > 100) throw new Error('never done');
  }
  return made;
}

describe('which view is made next', () => {
  test('first the one that is looked at, then those about it, and no more than fit', () => {
    const made = fill(cacheOf(6), still(13));
    expect(made.slice(0, 4)).toEqual([13, 10, 20, 0]);
    expect(made).toHaveLength(6);
  });

  test('ahead of a moving camera before behind it', () => {
    const cache = cacheOf(6);
    cache.put(0, 0, 0);
    expect(fill(cache, moving(3, 60)).slice(0, 4)).toEqual([10, 20, 30, 40]);
    const back = cacheOf(6);
    back.put(0, 0, 0);
    expect(fill(back, moving(1, -60)).slice(0, 2)).toEqual([-10, -20]);
  });

  test('a camera that rests gets its very yaw, one that moves does not wait for it', () => {
    const cache = cacheOf();
    fill(cache, moving(3.3, 20));
    expect(cache.views.some(({ yaw }) => degreesOf(yaw) === 3.3)).toBe(true);
    expect(degreesOf(cache.wanted(still(17.2), NOBODY))).toBe(17.2);
    expect(degreesOf(cache.wanted(moving(17.2, 20), NOBODY))).not.toBe(17.2);
  });

  test('the ends of the range are its last views', () => {
    const made = fill(cacheOf(20), still(60));
    expect(made[0]).toBe(60);
    expect(made).toContain(-60);
    expect(made.every((yaw) => Math.abs(yaw!) <= 60)).toBe(true);
  });

  test('what is on the screen stays, and a nearer view never gives way to a farther one', () => {
    const cache = cacheOf(3);
    for (const [cell, yaw] of [-20, 0, 20].entries()) cache.put(radians(yaw), cell, 0);
    expect(cache.cellFor(radians(40), still(45), NOBODY)).toBe(0);
    expect(cache.cellFor(radians(40), still(45), new Set([0]))).toBe(1);
    expect(cache.cellFor(radians(40), still(45), new Set([0, 1, 2]))).toBe(null);
    expect(cache.cellFor(radians(40), still(0), NOBODY)).toBe(null);
    for (const [cell, yaw] of [-10, 0, 10].entries()) cache.put(radians(yaw), cell, 0);
    expect(cache.wanted(still(0), NOBODY)).toBe(null);
  });

  test('wherever a camera goes, no view is lost that is shown, and cells are never shared', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -70, max: 70 }), fc.integer({ min: 0, max: 5 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 9 }), (way, cells) => {
        const cache = cacheOf(cells);
        let now = 0;
        for (const [yaw, shown] of way) {
          now += 0.1;
          const path = still(yaw);
          const onScreen = new Set(cache.views.slice(0, shown).map(({ cell }) => cell));
          const kept = cache.views.filter(({ cell }) => onScreen.has(cell));
          const wanted = cache.wanted(path, onScreen);
          if (wanted !== null) {
            const cell = cache.cellFor(wanted, path, onScreen);
            expect(cell).not.toBe(null);
            expect(onScreen.has(cell!)).toBe(false);
            cache.put(wanted, cell!, now);
          }
          for (const view of kept) expect(cache.views).toContain(view);
          expect(new Set(cache.views.map(({ cell }) => cell)).size).toBe(cache.views.length);
          expect(cache.views.length).toBeLessThanOrEqual(cells);
          expect(cache.views.every((view, k) => k === 0 || view.yaw >= cache.views[k - 1]!.yaw)).toBe(true);
        }
      }),
    );
  });
});

describe('what a camera is shown', () => {
  test('a new view comes in over a fifth of a second, without a jump', () => {
    const cache = cacheOf();
    cache.put(0, 0, 0);
    cache.put(radians(20), 1, 10);
    const shares = [0, 0.05, 0.1, 0.15, 0.2, 1].map((later) => {
      const samples = cache.select(radians(15), 10 + later);
      return samples.find(({ index }) => index === 1)?.weight ?? 0;
    });
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeCloseTo(0.75);
    for (const [k, share] of shares.slice(1).entries()) {
      expect(share).toBeGreaterThanOrEqual(shares[k]!);
      expect(share - shares[k]!).toBeLessThan(0.3);
    }
  });

  test('the first view is there at once', () => {
    const cache = cacheOf();
    cache.put(0.1, 3, 5);
    expect(cache.select(0.9, 5)).toEqual([{ index: 0, weight: 1 }]);
  });

  test('views far apart are mixed only half-way, and continuously', () => {
    const cache = cacheOf();
    cache.put(radians(-50), 0, 0);
    cache.put(radians(50), 1, 0);
    expect(cache.select(radians(-20), 9)).toEqual([{ index: 0, weight: 1 }]);
    expect(cache.select(radians(20), 9)).toEqual([{ index: 1, weight: 1 }]);
    const weights = Array.from({ length: 101 }, (_, k) => {
      const samples = cache.select(radians(k - 50), 9);
      return samples.find(({ index }) => index === 1)?.weight ?? 0;
    });
    for (const [k, weight] of weights.slice(1).entries())
      expect(Math.abs(weight - weights[k]!)).toBeLessThan(0.1);
  });

  test('weights are positive and sum to 1, whatever is there', () => {
    const views = fc.array(
      fc.tuple(fc.integer({ min: -60, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(views, fc.integer({ min: -60, max: 60 }), (all, yaw) => {
        const cache = cacheOf();
        for (const [cell, [at, since]] of all.entries()) cache.put(radians(at), cell, since);
        const samples = cache.select(radians(yaw), 1.05);
        expect(samples.length).toBeGreaterThan(0);
        expect(samples.length).toBeLessThanOrEqual(3);
        expect(samples.every(({ weight }) => weight > 0)).toBe(true);
        expect(samples.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
      }),
    );
  });
});

describe('the way of a camera', () => {
  test('its speed is what it does, and it rests once it has stopped', () => {
    const follower = new PathFollower();
    for (let k = 0; k <= 60; k++) follower.move(radians(k), k / 60);
    expect(follower.current.velocity).toBeCloseTo(radians(60), 1);
    expect(follower.current.resting).toBe(0);
    for (let k = 1; k <= 120; k++) follower.move(radians(60), 1 + k / 60);
    expect(follower.current.velocity).toBe(0);
    expect(follower.current.resting).toBeGreaterThan(0.5);
  });

  test('two notes of one moment are no division by nothing', () => {
    const follower = new PathFollower();
    follower.move(1, 5);
    follower.move(2, 5);
    expect(follower.current).toEqual({ yaw: 2, velocity: 0, resting: 0 });
  });
});
