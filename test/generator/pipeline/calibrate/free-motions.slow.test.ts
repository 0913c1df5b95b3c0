import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FOCAL, MONODEPTH2_CONFIG } from '../../../../generator/src/calibration/config.ts';
import { calibrationStep } from '../../../../generator/src/calibration/job.ts';
import { ROUNDNESS } from '../../../../generator/src/calibration/shape-prior.ts';
import type { SweepSet } from '../../../../generator/src/calibration/sweep-set.ts';
import { initialWeights } from '../../../../generator/src/graph/index.ts';
import { chainedYaw, subjectDistance } from '../../../../generator/src/pipeline/calibrate/free-motions.ts';
import { measureNets } from '../../../../generator/src/pipeline/calibrate/measure.ts';
import { writeCalibration } from '../../../../generator/src/pipeline/calibrate/write-calibration.ts';
import { readModelManifest } from '../../../../generator/src/pipeline/model-manifest.ts';
import { MODEL, turnaround } from '../../cli/run.ts';
import { openPlatform } from '../build/folder.ts';

const SIDE = 64;
const AREA = SIDE * SIDE;
const YAWS = [-0.6, -0.35, -0.15, 0, 0.2, 0.4, 0.7];
const VIEWS = YAWS.length;
/** Distance of the pivot in the unit of a free net's depth. */
const UNIT = 5;

/** A ball, half of it before the pivot, as wide as half the picture. */
const ball = Float32Array.from({ length: AREA }, (_, i) => {
  const [x, y] = [(i % SIDE) - 31.5, Math.floor(i / SIDE) - 31.5];
  return Math.sqrt(Math.max(0, 256 - x * x - y * y));
});

/** Views whose first pixel's grey says which they are. */
const set: SweepSet = {
  subjects: 2,
  views: VIEWS,
  side: SIDE,
  images: Uint8Array.from(
    { length: 2 * VIEWS * 3 * AREA },
    (_, i) => 10 * (Math.floor(i / 3 / AREA) % VIEWS),
  ),
  masks: Uint8Array.from({ length: 2 * VIEWS * AREA }, (_, i) => (ball[i % AREA]! > 0 ? 255 : 0)),
  places: Float32Array.from(YAWS, (yaw) => 2 * yaw),
};
const viewsOf = (images: Float32Array, count: number) =>
  Array.from({ length: count }, (_, k) => Math.round(((images[k * 3 * AREA]! + 1) * 127.5) / 10));

/** Nets that know the ball and its turns. @param unit distance of the pivot in depth's unit */
const netsOf = (unit: number) => ({
  depth: {
    depth: async (_: Float32Array, count: number) =>
      Float32Array.from(
        { length: count * AREA },
        (__, i) => unit * (1 - (ROUNDNESS * ball[i % AREA]! * 2) / SIDE / FOCAL),
      ),
    release: async () => {},
  },
  pose: {
    yaw: async (images: Float32Array, count: number) =>
      Float32Array.from(viewsOf(images, count), (view) => YAWS[view]!),
    pose: async (sources: Float32Array, targets: Float32Array, count: number) => {
      const [from, to] = [viewsOf(sources, count), viewsOf(targets, count)];
      return Float32Array.from(
        from.flatMap((view, k) => {
          const turn = YAWS[to[k]!]! - YAWS[view]!;
          return [0, turn, 0, unit * Math.sin(turn), 0, unit * (Math.cos(turn) - 1)];
        }),
      );
    },
    release: async () => {},
  },
});
const { platform, warnings } = openPlatform();

describe('chainedYaw', () => {
  it('adds turns up from place 0, between views where none stands there', () => {
    const poses = Float32Array.from([0.1, 0.2, 0.4].flatMap((turn) => [9, turn, 9, 9, 9, 9]));
    const yaw = chainedYaw(poses, Float32Array.of(-1, 1, 2, 3));
    [-0.05, 0.05, 0.25, 0.65].forEach((expected, k) => void expect(yaw[k]).toBeCloseTo(expected, 6));
  });
});

describe('subjectDistance', () => {
  it('is the median within the mask', () => {
    expect(subjectDistance(Float32Array.of(9, 3, 4, 5, 9), Float32Array.of(0, 1, 1, 1, 0))).toBe(4);
    expect(subjectDistance(Float32Array.of(9, 3), Float32Array.of(0, 0))).toBe(1);
  });
});

describe('measureNets', () => {
  it('reads the same of an orbit and of free motions, but never takes these for true', async () => {
    const orbit = await measureNets(platform, set, netsOf(1), FOCAL, 'orbit');
    const free = await measureNets(platform, set, netsOf(UNIT), FOCAL, 'free');
    expect([orbit.turns, free.turns]).toEqual([true, false]);
    for (const { curve } of [orbit, free])
      curve.yaw.forEach((yaw, k) => void expect(yaw).toBeCloseTo(YAWS[k]!, 5));
    expect(orbit.pivot).toBe(1);
    // The middle of the ball's front lies before the pivot.
    expect(free.pivot).toBeGreaterThan(0.9 * UNIT);
    expect(free.pivot).toBeLessThan(UNIT);
    expect(orbit.roundness).toBeCloseTo(1, 1);
    // Relief counts in pivots.
    expect((free.roundness * free.pivot) / UNIT).toBeCloseTo(orbit.roundness, 2);
    expect(free.depthRange[0]).toBeGreaterThan(0.9);
    expect(free.depthRange[1]).toBeLessThan(1.1);
  });
});

describe('monodepth2', () => {
  it('leaves degrees estimates, and says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'turnaround-monodepth2-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(MODEL, folder, { recursive: true });
    const { manifest } = await readModelManifest(platform.files, folder);
    const weights = initialWeights(calibrationStep(SIDE, MONODEPTH2_CONFIG).parameters, 1);
    await writeCalibration(platform, folder, manifest, { set, curveSet: set }, weights, {
      config: MONODEPTH2_CONFIG,
      steps: 1,
      key: '0'.repeat(64),
    });
    expect(warnings.splice(0)).toEqual([
      expect.stringMatching(
        /^degrees cannot be had from monodepth2.*yaw grows by -?\d+°.*are kept to be looked at$/,
      ),
    ]);
    const { calibrated, calibration } = (await readModelManifest(platform.files, folder)).manifest;
    expect(calibrated).toBe(false);
    // Depth begins at 1/(1/100 + ½·(1/.1 − 1/100)), far from 1.
    expect(calibration!.pivot).toBeCloseTo(0.2, 1);
    expect(calibration!.depthRange[0]).toBeLessThanOrEqual(calibration!.pivot);
    expect(calibration!.depthRange[1]).toBeGreaterThanOrEqual(calibration!.pivot);
    const { code, stdout } = await turnaround(['inspect', folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      calibrated: false,
      nets: 'monodepth2, 1 steps',
      estimatesBecause: expect.stringContaining('motions know no axis'),
      yawScale: null,
    });
  });
});
