import { radians } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../generator/src/graph/index.ts';
import { type DepthMap, viewCamera } from '../../../generator/src/impostor/index.ts';
import { frontalPlaces, turnNoise } from '../../../generator/src/impostor/turn-noise.ts';

const FOCAL = 14 / 1.52;
const SIDE = 64;
const RADIUS = 0.09;

/** What a camera sees of a sphere about the pivot: the same from all sides; `behind` where it sees past it. */
function sphere(side: number, behind: number): DepthMap {
  const camera = viewCamera({ yaw: 0, pitch: 0 }, { width: side, height: side, focal: FOCAL });
  const data = Float32Array.from({ length: side * side }, (_, pixel) => {
    // The ray through the pixel meets |p| = r, p = (0,0,1) + t·(a,b,−1), where (1 + a² + b²)·t² − 2t + 1 − r² = 0.
    const [a, b] = camera.unproject((pixel % side) + 0.5, Math.floor(pixel / side) + 0.5, 1);
    const square = 1 + a * a + b * b;
    const discriminant = 1 - square * (1 - RADIUS ** 2);
    return discriminant < 0 ? behind : (1 - Math.sqrt(discriminant)) / square;
  });
  return { width: side, height: side, data };
}

/** A view's noise of its depth and yaw. */
const turn = (noise: Float32Array, depth: DepthMap, yaw: number): Float32Array =>
  turnNoise(noise, frontalPlaces(SIDE, depth, yaw, FOCAL));

const normal = (seed: number): Float32Array => {
  const random = new Random(seed, 'noise');
  return Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
};

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
};

/** By their side. */
const spheres = new Map([32, 64, 128].map((side) => [side, sphere(side, Number.POSITIVE_INFINITY)]));

describe('turnNoise', () => {
  it('leaves the frontal view as it is', () => {
    const map = normal(1);
    const turned = turn(map, sphere(SIDE, 1.1), 0);
    for (const [pixel, value] of turned.entries()) expect(value).toBeCloseTo(map[pixel]!, 4);
  });

  it('puts what the frontal view has at a point where the view sees that point', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -40, max: 40, noNaN: true }),
        fc.double({ min: -35, max: 35, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.constantFrom(32, 64, 128),
        (yawDegrees, longitude, height, side) => {
          const yaw = radians(yawDegrees);
          const [y, angle] = [RADIUS * height, radians(longitude)];
          const level = Math.sqrt(RADIUS ** 2 - y * y);
          const point = [level * Math.sin(angle), y, level * Math.cos(angle)] as const;
          const lens = { width: SIDE, height: SIDE, focal: FOCAL };
          const frontal = viewCamera({ yaw: 0, pitch: 0 }, lens).project(...point);
          // A soft spot there.
          const data = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) => {
            const [down, right] = [Math.floor(pixel / SIDE) + 0.5, (pixel % SIDE) + 0.5];
            return Math.exp(-((down - frontal.row) ** 2 + (right - frontal.column) ** 2) / 8);
          });
          const turned = turn(data, spheres.get(side)!, yaw);
          const seen = viewCamera({ yaw, pitch: 0 }, lens).project(...point);
          const at = turned.indexOf(Math.max(...turned));
          const off = Math.hypot(Math.floor(at / SIDE) + 0.5 - seen.row, (at % SIDE) + 0.5 - seen.column);
          // Foreshortened at 75° of the surface's slant, and off by up to a pixel's rounding either way.
          expect(off).toBeLessThan(2);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the variance of what it draws from', () => {
    const depth = spheres.get(SIDE)!;
    const seen = [...depth.data].map(Number.isFinite);
    for (const degrees of [-40, -13, 7, 30]) {
      const turned = [1, 2, 3, 4].flatMap((seed) => [
        ...turn(normal(seed), depth, radians(degrees)).filter((_, k) => seen[k]),
      ]);
      expect(turned.length).toBeGreaterThan(1000);
      expect(variance(turned)).toBeGreaterThan(0.85);
      expect(variance(turned)).toBeLessThan(1.15);
    }
  });

  it('leaves noise where it is where there is no distance', () => {
    const map = normal(5);
    for (const none of [Number.POSITIVE_INFINITY, Number.NaN, 0]) {
      const depth = { width: SIDE, height: SIDE, data: new Float32Array(SIDE * SIDE).fill(none) };
      expect(turn(map, depth, radians(30))).toEqual(map);
    }
  });
});
