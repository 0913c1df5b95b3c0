import { degrees, radians, wrapAngle } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beyondBy,
  fadeOpacity,
  heldYaw,
  storedRange,
  turnAfter,
} from '../../../plugin/src/impostor/beyond-range.ts';

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const range = fc
  .tuple(angle, angle)
  .map(([a, b]) => ({ minimum: Math.min(a, b), maximum: Math.max(a, b) }))
  .filter(({ minimum, maximum }) => maximum - minimum < 2 * Math.PI - 0.1);

const views = (...yaws: number[]) =>
  yaws.map((yaw) => ({ yaw: radians(yaw), pitch: 0, rectangle: [0, 0, 4, 4] as const }));

describe('beyond the stored views', () => {
  test('a ring has no beyond, a fan has', () => {
    expect(storedRange(views(-180, -90, 0, 90))).toBeNull();
    expect(storedRange(views(-60, 0, 60))).toEqual({ minimum: radians(-60), maximum: radians(60) });
    expect(storedRange(views(0))).toEqual({ minimum: 0, maximum: 0 });
  });

  test('a yaw of the range is itself, and any other is held within', () => {
    fc.assert(
      fc.property(angle, range, (yaw, stored) => {
        const held = heldYaw(yaw, stored);
        expect(held).toBeGreaterThanOrEqual(stored.minimum - 1e-9);
        expect(held).toBeLessThanOrEqual(stored.maximum + 1e-9);
        if (beyondBy(yaw, stored) === 0) expect(wrapAngle(held - yaw)).toBeCloseTo(0, 9);
      }),
    );
  });

  test('is continuous all the way round: a step of yaw moves it by what the back takes to look round', () => {
    fc.assert(
      fc.property(angle, range, (yaw, stored) => {
        const half = (stored.maximum - stored.minimum) / 2;
        const step = 1e-4;
        const moved = Math.abs(heldYaw(yaw + step, stored) - heldYaw(yaw, stored));
        const back = Math.min(radians(20), Math.PI - half);
        expect(moved).toBeLessThanOrEqual(step * Math.max(1, half / back) + 1e-9);
      }),
    );
  });

  test('is no side’s in the very back', () => {
    const stored = { minimum: radians(-60), maximum: radians(60) };
    expect(heldYaw(Math.PI, stored)).toBeCloseTo(0, 9);
    expect(degrees(heldYaw(radians(170), stored))).toBeCloseTo(30, 6);
    expect(degrees(heldYaw(radians(-170), stored))).toBeCloseTo(-30, 6);
    expect(degrees(heldYaw(radians(150), stored))).toBeCloseTo(60, 6);
  });

  test('fades from the end of the range on', () => {
    const stored = { minimum: radians(-60), maximum: radians(60) };
    const at = [0, 60, 75, 90, 180].map((yaw) => fadeOpacity(radians(yaw), stored));
    expect(at[0]).toBe(1);
    expect(at[1]).toBeCloseTo(1, 9);
    expect(at[2]).toBeCloseTo(0.5, 6);
    expect(at.slice(3)).toEqual([0, 0]);
  });

  test('turns until the camera is in range, by no more than it may', () => {
    fc.assert(
      fc.property(
        angle,
        angle,
        range,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (facing, yaw, stored, most) => {
          const after = turnAfter(facing, yaw, stored, most);
          expect(Math.abs(wrapAngle(after - facing))).toBeLessThanOrEqual(most + 1e-9);
          expect(beyondBy(yaw - after, stored)).toBeLessThanOrEqual(beyondBy(yaw - facing, stored) + 1e-9);
          const rested = turnAfter(facing, yaw, stored, 10);
          expect(beyondBy(yaw - rested, stored)).toBeLessThan(1e-6);
        },
      ),
    );
  });
});
