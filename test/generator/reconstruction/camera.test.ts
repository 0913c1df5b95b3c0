import { subjectToCamera } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colmapModel,
  colmapRotation,
  quaternionOf,
  viewCamera,
} from '../../../generator/src/reconstruction/index.ts';
import { readImages, readPinhole, toCamera, turn } from './colmap-text.ts';

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const angles = fc.record({ yaw: real(-Math.PI, Math.PI), pitch: real(-Math.PI / 2, Math.PI / 2) });
const point = fc.tuple(real(-0.3, 0.3), real(-0.3, 0.3), real(-0.3, 0.3));
const lens = fc.record({
  width: fc.integer({ min: 1, max: 2048 }),
  height: fc.integer({ min: 1, max: 2048 }),
  focal: real(0.5, 20),
});

describe('the camera of a view', () => {
  it('projects as the portraits were drawn', () => {
    // u = 64 + 64·9.21·x'/(14 − z'), decimetres, for a yaw of 30° and a point of (.5, 1, .7).
    const camera = viewCamera({ yaw: Math.PI / 6, pitch: 0 }, { width: 128, height: 128, focal: 9.21 });
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const [x, z] = [c * 0.5 + s * 0.7, -s * 0.5 + c * 0.7];
    const { column, row, depth } = camera.project(0.5 / 14, 1 / 14, 0.7 / 14);
    expect(column).toBeCloseTo(64 + (64 * 9.21 * x) / (14 - z), 9);
    expect(row).toBeCloseTo(64 - (64 * 9.21) / (14 - z), 9);
    expect(14 * depth).toBeCloseTo(14 - z, 9);
  });

  it('sees the pivot in the middle at distance 1', () => {
    fc.assert(
      fc.property(angles, lens, (view, { width, height, focal }) => {
        expect(viewCamera(view, { width, height, focal }).project(0, 0, 0)).toEqual({
          column: width / 2,
          row: height / 2,
          depth: 1,
        });
      }),
    );
  });

  it('lifts what it projects back to where it was', () => {
    fc.assert(
      fc.property(angles, lens, point, (view, glass, p) => {
        const camera = viewCamera(view, glass);
        const { column, row, depth } = camera.project(...p);
        const back = camera.unproject(column, row, depth);
        for (const [axis, value] of back.entries()) expect(Math.abs(value - p[axis]!)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe("COLMAP's text model", () => {
  it('puts every point on the same pixel as our camera, read back from the text', () => {
    fc.assert(
      fc.property(angles, lens, point, (view, glass, p) => {
        const { cameras, images } = colmapModel([{ ...view, name: '000.png' }], glass);
        const [fx, fy, cx, cy] = readPinhole(cameras) as [number, number, number, number];
        const [image] = readImages(images);
        const [x, y, z] = toCamera(image!, p);
        const ours = viewCamera(view, glass).project(...p);
        expect(Math.abs((fx * x) / z + cx - ours.column)).toBeLessThan(1e-6);
        expect(Math.abs((fy * y) / z + cy - ours.row)).toBeLessThan(1e-6);
        expect(Math.abs(z - ours.depth)).toBeLessThan(1e-9);
      }),
    );
  });

  it('lists images in order, each with an empty line of observations', () => {
    const views = [-0.2, 0, 0.3].map((yaw, k) => ({ yaw, pitch: 0, name: `00${k}.png` }));
    const { cameras, images, points3D } = colmapModel(views, { width: 512, height: 256, focal: 9 });
    expect(cameras.split('\n')[1]).toBe('1 PINHOLE 512 256 2304 2304 256 128');
    expect(readImages(images).map(({ id, name }) => [id, name])).toEqual([
      [1, '000.png'],
      [2, '001.png'],
      [3, '002.png'],
    ]);
    // The frontal camera: half a turn about x, which brings up to down and backward to forward.
    expect(images.split('\n').slice(3, 5)).toEqual(['2 0 1 0 0 0 0 1 1 001.png', '']);
    expect(points3D).toMatch(/^#[^\n]*\n$/);
  });
});

describe('quaternions', () => {
  const rotations = fc
    .tuple(angles, angles, fc.boolean())
    .map(([a, b, flip]) => (flip ? colmapRotation(a) : product(subjectToCamera(a.yaw, a.pitch), b)));

  it('turn axes as their matrices do, and have unit length', () => {
    fc.assert(
      fc.property(rotations, (rotation) => {
        const quaternion = quaternionOf(rotation);
        expect(Math.abs(Math.hypot(...quaternion) - 1)).toBeLessThan(1e-12);
        expect(quaternion[0]).toBeGreaterThanOrEqual(0);
        for (const axis of [0, 1, 2]) {
          const unit = [0, 1, 2].map((k) => Number(k === axis));
          for (const [row, value] of turn(quaternion, unit).entries())
            expect(Math.abs(value - rotation[row]![axis]!)).toBeLessThan(1e-9);
        }
      }),
    );
  });
});

/** Two orbits, one after the other: a rotation about any axis. */
function product(first: ReturnType<typeof subjectToCamera>, { yaw, pitch }: { yaw: number; pitch: number }) {
  const second = subjectToCamera(yaw, pitch);
  const entry = (i: number, j: number) =>
    first[i]!.reduce((sum, value, k) => sum + value * second[k]![j]!, 0);
  const row = (i: number) => [entry(i, 0), entry(i, 1), entry(i, 2)] as const;
  return [row(0), row(1), row(2)] as const;
}
