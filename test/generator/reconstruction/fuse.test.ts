import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import {
  FUSE_DEFAULTS,
  fuseDepth,
  type PointCloud,
  viewCamera,
} from '../../../generator/src/reconstruction/index.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { LENS, sphereViews } from './shapes.ts';
import { TRUE_FOCAL, trueViews } from './true-views.ts';

const SPHERE = { centre: [0.01, -0.015, 0.02], radius: 0.07 } as const;
const YAWS = [-40, -20, 0, 20, 40].map(radians);

/** Width of a pixel at the pivot. */
const PIXEL = 2 / LENS.width / LENS.focal;

const triple = (array: ArrayLike<number>, k: number) => [0, 1, 2].map((axis) => array[3 * k + axis]!);
const each = ({ count }: PointCloud) => Array.from({ length: count }, (_, k) => k);
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;

/** Distances of a cloud's points from a sphere's surface. */
const distances = (cloud: PointCloud, { centre, radius } = SPHERE) =>
  each(cloud).map((k) =>
    Math.abs(Math.hypot(...triple(cloud.positions, k).map((x, axis) => x - centre[axis]!)) - radius),
  );

describe('fused depth', () => {
  const views = sphereViews(YAWS, SPHERE);
  const cloud = fuseDepth(views, LENS.focal);

  it('lies on the surface, with its normals and colours', () => {
    expect(cloud.count).toBeGreaterThan(3000);
    const off = distances(cloud);
    expect(quantile(off, 0.5)).toBeLessThan(PIXEL / 20);
    expect(quantile(off, 0.95)).toBeLessThan(PIXEL / 4);
    expect(Math.max(...off)).toBeLessThan(PIXEL);
    for (const k of each(cloud)) {
      const outward = triple(cloud.positions, k).map((x, axis) => (x - SPHERE.centre[axis]!) / SPHERE.radius);
      const normal = triple(cloud.normals, k);
      expect(outward.reduce((sum, value, axis) => sum + value * normal[axis]!, 0)).toBeGreaterThan(0.97);
      const x = cloud.positions[3 * k]!;
      if (Math.abs(x) > 0.005) expect(triple(cloud.colours, k)).toEqual(x > 0 ? [200, 0, 0] : [0, 0, 200]);
    }
  });

  it('covers what at least three views see', () => {
    // The front of the sphere, every 10° of its own angles.
    for (let a = -60; a <= 60; a += 10)
      for (let b = -50; b <= 50; b += 10) {
        const [ca, sa, cb, sb] = [
          Math.cos(radians(a)),
          Math.sin(radians(a)),
          Math.cos(radians(b)),
          Math.sin(radians(b)),
        ];
        const at = [sa * cb, sb, ca * cb].map((x, axis) => SPHERE.centre[axis]! + SPHERE.radius * x);
        const near = each(cloud).some(
          (k) => Math.hypot(...triple(cloud.positions, k).map((x, axis) => x - at[axis]!)) < 0.004,
        );
        expect(near, `${a}°, ${b}°`).toBe(true);
      }
  });

  it('has one point a cell', () => {
    const cell = 0.005;
    const thinned = fuseDepth(views, LENS.focal, { cell });
    const cells = each(thinned).map((k) =>
      triple(thinned.positions, k)
        .map((x) => Math.floor(x / cell))
        .join(),
    );
    expect(new Set(cells).size).toBe(thinned.count);
    expect(thinned.count).toBeLessThan(cloud.count / 5);
  });

  it('drops what one view alone believes', () => {
    const wrong = structuredClone(views);
    const { width, data } = wrong[2]!.depth;
    // A block of the frontal view that floats before the surface: the others look through it.
    for (let row = 40; row < 50; row++)
      for (let column = 40; column < 50; column++) data[row * width + column]! -= 0.05;
    expect(Math.max(...distances(fuseDepth(wrong, LENS.focal)))).toBeLessThan(PIXEL);
    const trusting = fuseDepth(wrong, LENS.focal, { votes: 0, tolerance: 1 });
    expect(Math.max(...distances(trusting))).toBeGreaterThan(3 * PIXEL);
  });

  it('says what it needs', () => {
    expect(() => fuseDepth(views.slice(0, 2), LENS.focal)).toThrow(/at least 3 views.*got 2/);
    const small = { ...views[1]!, depth: { width: 2, height: 2, data: new Float32Array(4) } };
    expect(() => fuseDepth([views[0]!, small, views[2]!], LENS.focal)).toThrow(/96×96.*2×2 in view 1/);
    const apart = views.map((view, k) => ({
      ...view,
      depth: { ...view.depth, data: view.depth.data.map((depth) => depth + 0.02 * k) },
    }));
    expect(() => fuseDepth(apart, LENS.focal, { tolerance: 1e-6 })).toThrow(/found none/);
  });

  it.skipIf(!hasShared)(`is true where depth and angles are${sharedReason}`, async () => {
    const all = await trueViews(0, radians(45));
    // Every fourth view is fused; the views half-way between them say how far off it is.
    const fused = fuseDepth(
      all.filter((_, k) => k % 4 === 0),
      TRUE_FOCAL,
    );
    const errors: number[] = [];
    for (const view of all.filter((_, k) => k % 4 === 2)) {
      const camera = viewCamera(view, { width: 128, height: 128, focal: TRUE_FOCAL });
      for (const k of each(fused)) {
        const { column, row, depth } = camera.project(
          ...(triple(fused.positions, k) as [number, number, number]),
        );
        const seen = view.depth.data[Math.floor(row) * 128 + Math.floor(column)];
        // Behind what is seen there, a point says nothing.
        if (seen && depth < seen + FUSE_DEFAULTS.tolerance) errors.push(Math.abs(depth - seen));
      }
    }
    console.log(
      `fused true depth: ${fused.count} points, median error ${quantile(errors, 0.5).toFixed(5)}, 95 %: ${quantile(errors, 0.95).toFixed(5)}`,
    );
    expect(fused.count).toBeGreaterThan(15_000);
    expect(quantile(errors, 0.5)).toBeLessThan(FUSE_DEFAULTS.cell / 2);
    expect(quantile(errors, 0.95)).toBeLessThan(4 * FUSE_DEFAULTS.cell);
  });
});
