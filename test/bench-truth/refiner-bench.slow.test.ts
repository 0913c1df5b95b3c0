import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../generator/src/graph/index.ts';
import { openViewSource } from '../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { openJudge } from '../bench/truth/judge.ts';
import { kernelDistance } from '../bench/truth/kernel-distance.ts';
import { refinerRun, timeShare } from '../bench/truth/refine-time.ts';
import { REFINER_BARS } from '../bench/truth/refiner-bars.ts';
import {
  CONTROLS,
  type Judging,
  judgeRefiner,
  judgeUnrefined,
  type RefinerComparison,
  remembered,
} from '../bench/truth/refiner-bench.ts';
import type { RefinerGains } from '../bench/truth/refiner-figures.ts';
import { benchRefiner } from '../bench/truth/refiner-report.ts';
import { sweepYaws } from '../bench/truth/refiner-sweep.ts';
import { openRenders } from '../bench/truth/renders.ts';
import { openSweeps } from '../bench/truth/sweeps.ts';
import { trueFeatures } from '../bench/truth/true-features.ts';
import { judgeTrueSweeps } from '../bench/truth/true-sweeps.ts';
import { hasShared, portraits, ROOT, sharedReason } from '../shared.ts';
import { codedDrawer, codedJudge, codedSweeps } from './coded-judge.ts';

const SEEDS = [1, 2];
const judging: Judging = {
  judge: codedJudge,
  truth: {
    distances: async (groups) => {
      const mixed = kernelDistance(
        groups.map((group) => group.map(({ features }) => features)),
        sweepYaws(60).flatMap((yaw) => [0, 4].map((who) => Float32Array.of(who, yaw, 1))),
      );
      return { atYaws: mixed, mixed, plain: mixed };
    },
  },
};

describe('judgeRefiner', () => {
  test('turning less gains nothing at equal turn, though it looks better', async () => {
    const draw = codedDrawer();
    const unrefined = await judgeUnrefined(draw, SEEDS, judging);
    const compared = await judgeRefiner({ unrefined, refined: CONTROLS.turnedLess(draw), judging });
    for (const reach of [45, 60] as const) {
      const { own, equal, gains, factor, intervals } = compared[reach];
      expect(factor).toBeCloseTo(0.8, 4);
      expect(gains.yawReached).toBeCloseTo(0.8, 4);
      expect(gains.yawReachedRatio).toBeCloseTo(0.8, 4);
      expect(equal.slope).toBeCloseTo(own.slope, 4);
      expect(gains.warpGainDb).toBeCloseTo(0, 2);
      expect(gains.identityDriftShare).toBeCloseTo(1, 2);
      expect(gains.distributionRatio).toBeCloseTo(1, 2);
      expect(own.neighbourDb).toBeGreaterThan(unrefined.figures[reach].neighbourDb + 0.5);
      expect(own.drift).toBeLessThan(0.7 * unrefined.figures[reach].drift);
      expect(intervals['warpGainDb']!.low).toBeLessThan(0.01);
    }
  });

  test('names the seed whose pictures cannot be judged', async () => {
    const grey = { width: 64, height: 64, data: new Float32Array(3 * 64 ** 2) };
    await expect(judgeUnrefined(async (_, yaws) => yaws.map(() => grey), SEEDS, judging)).rejects.toThrow(
      /^seed 1: matte: expected a subject/,
    );
    await expect(judgeUnrefined(async () => [], SEEDS, judging)).rejects.toThrow(
      'seed 1: expected 17 pictures, got 0',
    );
  });
});

test('sweeps of the asked yaws are drawn once', async () => {
  const asked: (readonly number[])[] = [];
  const yaws = sweepYaws(60);
  const draw = remembered(async (seed, wanted) => {
    asked.push(wanted);
    return codedDrawer()(seed, wanted);
  }, yaws);
  const first = await draw(1, yaws);
  expect(await draw(1, [...yaws])).toBe(first);
  await draw(2, yaws);
  await draw(1, sweepYaws(45));
  expect(asked.map(({ length }) => length)).toEqual([17, 17, 13]);
});

describe('benchRefiner', () => {
  const common = {
    name: 'ellipsoids',
    unrefined: codedDrawer(0.8),
    seeds: SEEDS,
    bars: REFINER_BARS.portraits,
    judging,
    sweeps: codedSweeps([3, 5]),
  };

  test('compares a sweep that turns farther with one that was asked for more', async () => {
    const { tables, json } = await benchRefiner({
      ...common,
      refined: codedDrawer(0.96),
      refineTime: { share: 0.2, ms: [2, 10] },
    });
    expect(json).toMatchObject({
      bench: 'refiner',
      model: 'ellipsoids',
      refineShare: 0.2,
      seeds: 2,
      firstSeed: 1,
    });
    expect(json['yawReached']).toBeCloseTo(0.96, 4);
    expect(json['yawReachedRatio']).toBeCloseTo(1.2, 4);
    expect(json['frontalWarpGainDb']).toBeCloseTo(0, 2);
    expect(json['met']).toMatchObject({
      must: false,
      each: { yawReached: 'must', yawReachedRatio: 'missed', sharpnessRatio: 'goal', refineShare: 'must' },
    });
    const { at45, at60, controls } = json as unknown as {
      at45: RefinerComparison;
      at60: RefinerComparison;
      controls: { blurred: { at45: RefinerGains }; turnedLess: { at45: RefinerGains } };
    };
    for (const { factor, own, equal } of [at45, at60]) {
      expect(factor).toBeCloseTo(1.2, 4);
      expect(equal.slope).toBeCloseTo(own.slope, 4);
    }
    expect(controls.blurred.at45.yawReachedRatio).toBeCloseTo(1, 4);
    expect(controls.blurred.at45.sharpnessRatio).toBeLessThan(0.6);
    expect(controls.turnedLess.at45.yawReached).toBeCloseTo(0.64, 4);
    expect(tables).toMatch(/^judge on 2 true sweeps: yaw 0\.00°/);
    expect(tables.match(/^ellipsoids .* 0\.200$/gm)?.length).toBe(2);
  });

  test('leaves a missing refiner’s figures empty', async () => {
    const { tables, json } = await benchRefiner({ ...common, refined: null, refineTime: null });
    for (const key of ['yawReached', 'warpGainDb', 'jumpShare', 'refineShare', 'met', 'at60'])
      expect(json[key]).toBeNull();
    expect(json).toMatchObject({
      unrefined: { at45: { jumpShare: 0 } },
      ceiling: { at60: { jumpShare: 0 } },
    });
    expect(tables).not.toMatch(/^ellipsoids/m);
    expect(tables).toMatch(/^3×3 mean /m);
  });
});

describe('the time to refine', () => {
  const batch = {
    source: Float32Array.of(1, 2, 3, 4),
    views: Float32Array.from({ length: 8 }, (_, k) => k),
    layers: 2,
    wDim: 2,
    yaws: [0, 0.5],
  };

  test('is taken by the contract of refiner.onnx', async () => {
    const seen: Parameters<Session['run']>[0][] = [];
    const session: Session = {
      inputNames: ['w', 'rotated', 'pose', 't'],
      outputNames: ['refined'],
      run: async (feeds) => {
        seen.push(feeds);
        return {};
      },
      release: async () => {},
    };
    await refinerRun(session, batch)();
    const { w, rotated, pose, t } = seen[0]!;
    expect([w, rotated, pose, t].map((value) => value!.shape)).toEqual([[2, 2, 2], [2, 2, 2], [2, 6], [2]]);
    expect([...w!.data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect([...pose!.data].map((value) => Number(Number(value).toFixed(4)))).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0.4794, 0, -0.1224,
    ]);
    expect(() => refinerRun({ ...session, inputNames: ['w'] }, batch)).toThrow(
      'expected inputs w, rotated, pose, t and output refined, got w and refined',
    );
  });

  test('is a quotient of medians', async () => {
    const calls: string[] = [];
    const { share, ms } = await timeShare(
      () => new Promise((resolve) => setTimeout(resolve, 1, calls.push('refine'))),
      () => new Promise((resolve) => setTimeout(resolve, 20, calls.push('draw'))),
    );
    expect(calls.length).toBe(20);
    expect(calls.slice(0, 4)).toEqual(['refine', 'draw', 'refine', 'draw']);
    expect(share).toBeCloseTo(ms[0] / ms[1], 9);
    expect(share).toBeLessThan(1);
  });
});

describe.skipIf(!hasShared)(`the shared data${sharedReason}`, () => {
  test('a blur gains decibels and loses sharpness; the judge reads true people', async () => {
    const runtime = createRuntime({ threads: 1 });
    const judge = await openJudge(runtime, portraits('judges', 'judge.onnx'));
    const { renders, load } = openRenders(portraits(), 64);
    const some = renders.filter((_, k) => k % 10 === 0);
    const real: Judging = { judge, truth: trueFeatures({ renders: some, load }, judge) };
    const folder = join(ROOT, 'models/portraits-128');
    const platform = { files: createFiles(), runtime };
    const source = await openViewSource(platform, folder, { truncation: 0.8, refine: false });
    const draw = remembered(source.views, sweepYaws(60));
    const unrefined = await judgeUnrefined(draw, [900_000, 900_001], real);
    const refined = CONTROLS.blurred(draw);
    const { gains, own } = (await judgeRefiner({ unrefined, refined, judging: real }))[45];
    expect(gains.warpGainDb).toBeGreaterThan(0.3);
    expect(gains.sharpnessRatio).toBeLessThan(0.4);
    expect(gains.ssimGain).toBeGreaterThan(0.01);
    expect(own.slope).toBeGreaterThan(0.8);
    const sweeps = openSweeps(portraits(), 64);
    const { accuracy } = await judgeTrueSweeps({ ...sweeps, subjects: [0, 1] }, real);
    expect(accuracy.yawDeg).toBeLessThan(1.5);
    expect(accuracy.depthPearson).toBeGreaterThan(0.97);
    expect(accuracy.identityAuc).toEqual([1, 1, 1]);
    await Promise.all([source.release(), judge.release()]);
  });
});

/** Runs the bench as npm does. */
const run = (...args: string[]) =>
  new Promise<{ code: number; err: string }>((resolve) => {
    const command = ['--import', 'tsx', '--conditions=source', 'test/bench/refiner.ts', ...args];
    execFile(process.execPath, command, { cwd: ROOT }, (error, _, err) =>
      resolve({ code: error ? Number(error.code) : 0, err }),
    );
  });

test('bench:refiner says what it does not take', async () => {
  const [bars, data] = await Promise.all([run('--bars', 'tidy'), run('--data', '/nowhere')]);
  expect(bars.code).toBe(2);
  expect(bars.err).toContain('--bars: expected portraits or drifting, got tidy\nusage: bench:refiner');
  expect(data).toEqual({ code: 1, err: 'judge: expected /nowhere/judges/judge.onnx, found none\n' });
});
