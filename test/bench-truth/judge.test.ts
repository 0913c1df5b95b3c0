import { degrees, radians } from '@turnaround/plugin/asset';
import { afterAll, describe, expect, test } from 'vitest';
import { MASK_THRESHOLD, median, pairMoments } from '../../generator/src/evaluation/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { askedYawFigures } from '../bench/truth/asked-yaw.ts';
import { identityDrift, identitySteps, judgedSweep, openJudge, type Reading } from '../bench/truth/judge.ts';
import { judgeAnswers } from '../bench/truth/judge-calibration.ts';
import { openSweeps, type SweepView } from '../bench/truth/sweeps.ts';
import { TRUTH } from '../bench/truth/system.ts';
import { hasShared, portraits, sharedReason } from '../shared.ts';

const reading = (angle: number): Reading => ({
  yaw: 0,
  pitch: 0,
  identity: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  features: new Float32Array(0),
  depth: new Float32Array(0),
});

describe('identity', () => {
  test('drift is one less the mean cosine', () => {
    const views = [0, Math.PI / 3, Math.PI / 2].map(reading);
    expect(identityDrift(reading(0), views)).toBeCloseTo((0 + 0.5 + 1) / 3, 6);
  });

  test('steps are taken between neighbours', () => {
    const steps = identitySteps([0, 0, Math.PI / 3, Math.PI].map(reading));
    expect(steps.map((step) => Number(step.toFixed(5)))).toEqual([0, 0.5, 1.5]);
  });
});

test('asked yaws: the raw error, the one scale, and what it leaves', () => {
  const asked = [-40, -20, 0, 20, 40].map(radians);
  const read = asked.map((yaw) => 0.8 * yaw);
  const figures = askedYawFigures(asked, read);
  expect(figures.medianDeg).toBeCloseTo(4, 9);
  expect(figures.scale).toBeCloseTo(0.8, 9);
  expect(figures.afterScaleDeg).toBeCloseTo(0, 9);
  expect(figures.p90Deg).toBeCloseTo(8, 9);
});

describe.skipIf(!hasShared)(`the shared judge${sharedReason}`, async () => {
  const runtime = createRuntime({ threads: 1 });
  const judge = hasShared ? await openJudge(runtime, portraits('judges', 'judge.onnx')) : null!;
  afterAll(() => judge?.release());
  /** Every fourth view of eight people at 128², which the judge halves. */
  const people: { views: SweepView[]; readings: Reading[] }[] = [];
  if (hasShared) {
    const sweeps = openSweeps(portraits(), 128);
    for (const subject of sweeps.subjects.slice(0, 8)) {
      const views = (await sweeps.load(subject)).views.filter((_, k) => k % 4 === 0);
      people.push({ views, readings: await judge.read(views.map(({ image }) => image)) });
    }
  }

  test('reads yaw and pitch within a degree', () => {
    const yaws = people.flatMap(({ views, readings }) =>
      readings.map(({ yaw }, k) => degrees(Math.abs(yaw - views[k]!.yaw))),
    );
    const pitches = people.flatMap(({ readings }) => readings.map(({ pitch }) => degrees(Math.abs(pitch))));
    expect(median(yaws)).toBeLessThan(1);
    expect(median(pitches)).toBeLessThan(1);
  });

  test('knows one person from another', () => {
    const same: number[] = [];
    const other: number[] = [];
    people.forEach(({ readings }, p) => {
      const frontal = readings[6]!;
      same.push(identityDrift(frontal, readings.slice(2, -2)));
      other.push(identityDrift(frontal, people[(p + 1) % people.length]!.readings.slice(2, -2)));
    });
    expect(Math.max(...same)).toBeLessThan(0.05);
    expect(Math.min(...other)).toBeGreaterThan(10 * Math.max(...same));
  });

  test('reads depth', async () => {
    const { views } = await openSweeps(portraits(), 64).load(0);
    const readings = await judge.read([views[8]!, views[24]!, views[40]!].map(({ image }) => image));
    readings.forEach(({ depth }, k) => {
      const { mask, depth: truth } = views[8 + 16 * k]!;
      const inside = (plane: Float32Array) => plane.filter((_, pixel) => mask[pixel]! > MASK_THRESHOLD);
      const moments = pairMoments(inside(depth), inside(truth));
      expect(moments.pearson()).toBeGreaterThan(0.97);
      expect(moments.rms({ scale: 1, offset: 0 })).toBeLessThan(0.01);
    });
  });

  test('stands in for the truth where there is none', async () => {
    const { views } = await openSweeps(portraits(), 128).load(0);
    const small = (await openSweeps(portraits(), 64).load(0)).views;
    const sweep = await judgedSweep(
      judge,
      0,
      views.map(({ image }) => image),
      small.map(({ mask }) => mask),
    );
    const source = { subjects: [0], resolution: 64, load: async () => sweep };
    const figures = await judgeAnswers(TRUTH, source, { warpTolerance: radians(2) });
    expect(figures.warpGainDb).toBeGreaterThan(5);
    await expect(judgedSweep(judge, 0, [views[0]!.image], [])).rejects.toThrow(
      'expected a mask [64,64] for each image, got none',
    );
  });
});

test('a missing judge is named', async () => {
  await expect(openJudge(createRuntime(), '/nowhere/judge.onnx')).rejects.toThrow(
    'judge: expected /nowhere/judge.onnx, found none',
  );
});
