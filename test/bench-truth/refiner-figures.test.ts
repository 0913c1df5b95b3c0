import { degrees, radians } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barsMet, barText, REFINER_BARS } from '../bench/truth/refiner-bars.ts';
import {
  equalTurn,
  gainIntervals,
  refinerGains,
  type SubjectFigures,
  subjectFigures,
  sweepFigures,
} from '../bench/truth/refiner-figures.ts';
import {
  type JudgedView,
  type MeasuredSweep,
  measureSweep,
  REACHES,
  sweepYaws,
} from '../bench/truth/refiner-sweep.ts';
import { gainsTable, ownTable } from '../bench/truth/refiner-table.ts';
import { codedView } from './coded-judge.ts';

const SUBJECT: SubjectFigures = {
  slope: 1,
  neighbourDb: 25,
  frontalDb: 24,
  frontal30Db: 22,
  drift: 0.1,
  driftBy15: [0.05, 0.08, 0.1],
  largestJump: 0.05,
  sharpness: 0.004,
  ssim: 0.4,
};

/** A sweep of an ellipsoid with true yaw and depth in the judge's place. */
const ellipsoidSweep = (change: Partial<{ yaw: number; depth: number }> = {}): JudgedView[] =>
  sweepYaws(60).map((asked) => {
    const { image, mask, depth } = codedView(1, asked);
    return {
      asked,
      image,
      mask,
      reading: {
        yaw: (change.yaw ?? 1) * asked,
        pitch: 0,
        identity: Float32Array.of(Math.cos(asked), Math.sin(asked)),
        features: new Float32Array(1),
        depth: depth.map((value) => value + (change.depth ?? 0)),
      },
    };
  });

describe('measureSweep', () => {
  const sweep = measureSweep(ellipsoidSweep());

  test('warps every two views 15° apart both ways, and ±30° to the frontal one', () => {
    expect(sweep.warps.length).toBe(2 * 15 + 2);
    expect(sweep.warps.filter(({ to }) => to === 0).map(({ from }) => from)).toEqual([-4, -2, 2, 4]);
  });

  test('warps well by true yaw and depth, badly by a wrong turn', () => {
    const [own, still, back] = [1, 0, -1].map((yaw) =>
      subjectFigures(measureSweep(ellipsoidSweep({ yaw })), 45),
    );
    expect(own!.neighbourDb).toBeGreaterThan(26);
    expect(own!.frontalDb).toBeGreaterThan(own!.frontal30Db);
    expect(still!.neighbourDb).toBeLessThan(own!.neighbourDb - 6);
    expect(back!.neighbourDb).toBeLessThan(own!.neighbourDb - 6);
  });

  test('reads identities against the frontal view and the one before', () => {
    const { drift, jump } = sweep.views[14]!;
    expect(drift).toBeCloseTo(1 - Math.cos(radians(45)), 6);
    expect(jump).toBeCloseTo(1 - Math.cos(radians(7.5)), 6);
    expect(sweep.views[0]!.jump).toBeNull();
  });

  test('takes SSIM at multiples of 15° only', () => {
    expect(
      sweep.views.flatMap(({ askedDeg, ssim }) => (ssim === null ? [] : [Math.round(askedDeg)])),
    ).toEqual([-60, -45, -30, -15, 15, 30, 45, 60]);
  });

  test('a picture that stands still agrees with itself as well as 8 bits can, and no better', () => {
    const views = ellipsoidSweep();
    const still = measureSweep(views.map(({ asked }) => ({ ...views[8]!, asked })));
    expect(subjectFigures(still, 45).neighbourDb).toBeCloseTo(58.92, 2);
  });

  test('names views that are no sweep', () => {
    const views = ellipsoidSweep();
    expect(() => measureSweep(views.slice(9))).toThrow('with 0 among them, got 7.5 15.0');
    expect(() => measureSweep(views.filter((_, k) => k !== 3))).toThrow('expected views by 7.5°');
  });
});

/** Views and warps as said, without pictures. */
const madeUp = (slope: number, jumpAt: number | null): MeasuredSweep => ({
  views: sweepYaws(60).map((asked, k) => ({
    step: k - 8,
    askedDeg: degrees(asked),
    readDeg: slope * degrees(asked),
    drift: Math.abs(k - 8) / 100,
    jump: k === 0 ? null : k - 8 === jumpAt ? 0.3 : 0.01,
    sharpness: Math.abs(k - 8) <= 6 ? 1 : 2,
    ssim: k % 2 === 0 && k !== 8 ? 0.5 : null,
    features: new Float32Array(1),
  })),
  warps: [
    { from: 2, to: 0, db: 20 },
    { from: -2, to: 0, db: 24 },
    { from: 4, to: 0, db: 18 },
    { from: -4, to: -6, db: 28 },
    { from: -6, to: -8, db: 99 },
  ],
});

describe('subjectFigures', () => {
  test('stay inside their reach', () => {
    const near = subjectFigures(madeUp(0.9, null), 45);
    expect(near).toMatchObject({ frontalDb: 22, frontal30Db: 18, neighbourDb: 24, sharpness: 1, ssim: 0.5 });
    expect(near.slope).toBeCloseTo(0.9, 9);
    expect(near.drift).toBeCloseTo(0.06, 9);
    expect(near.driftBy15.map((drift) => Number(drift.toFixed(6)))).toEqual([0.02, 0.04, 0.06]);
    const far = subjectFigures(madeUp(0.9, null), 60);
    expect(far.neighbourDb).toBeCloseTo((20 + 24 + 28 + 99) / 4, 9);
    expect(far.sharpness).toBeCloseTo((13 + 8) / 17, 9);
  });

  test('see a jump inside the reach only', () => {
    expect(subjectFigures(madeUp(1, 3), 45).largestJump).toBe(0.3);
    // From −52.5° to −45°, one end outside.
    expect(subjectFigures(madeUp(1, -6), 45).largestJump).toBe(0.01);
    expect(subjectFigures(madeUp(1, -6), 60).largestJump).toBe(0.3);
  });

  test('of the slope are the least squares through 0', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 2, noNaN: true }), (slope) => {
        for (const reach of REACHES)
          expect(subjectFigures(madeUp(slope, null), reach).slope).toBeCloseTo(slope, 9);
      }),
      { numRuns: 10 },
    );
  });

  test('need all views', () => {
    const { views, warps } = madeUp(1, null);
    expect(() => subjectFigures({ views: views.slice(2, -2), warps }, 60)).toThrow(
      'expected 17 views to ±60°, got 13',
    );
  });
});

describe('gains', () => {
  const jumping = { ...SUBJECT, slope: 3, largestJump: 0.2 };

  test('slope is a median, the rest means, and a jump is one above .1', () => {
    const figures = sweepFigures([SUBJECT, jumping, { ...SUBJECT, neighbourDb: 28 }], {
      atYaws: 0.02,
      mixed: 0.01,
      plain: 0.04,
    });
    expect(figures).toMatchObject({ slope: 1, neighbourDb: 26, jumpMedian: 0.05 });
    expect(figures.distances).toEqual({ atYaws: 0.02, mixed: 0.01, plain: 0.04 });
    expect(figures.jumpShare).toBeCloseTo(1 / 3, 9);
  });

  test('are differences and shares over the sweep at equal turn', () => {
    const equal = sweepFigures([SUBJECT, jumping], { atYaws: 0.02, mixed: 0.01, plain: 0.04 });
    const own = sweepFigures([{ ...SUBJECT, slope: 0.9, drift: 0.05, neighbourDb: 26, sharpness: 0.003 }], {
      atYaws: 0.018,
      mixed: 0.012,
      plain: 0.044,
    });
    const gains = refinerGains(own, equal, 1.2);
    expect(gains).toMatchObject({
      yawReached: 0.9,
      warpGainDb: 1,
      frontalWarpGainDb: 0,
      jumpShare: 0,
      jumpShareRatio: 0,
    });
    expect(gains.yawReachedRatio).toBeCloseTo(0.75, 9);
    expect(gains.identityDriftShare).toBeCloseTo(0.5, 9);
    expect(gains.sharpnessRatio).toBeCloseTo(0.75, 9);
    expect(gains.yawwiseDistributionRatio).toBeCloseTo(0.9, 9);
    expect(gains.distributionRatio).toBeCloseTo(1.2, 9);
    expect(gains.plainDistributionRatio).toBeCloseTo(1.1, 9);
    const noise = { ...equal, distances: { atYaws: 0.01, mixed: -1e-4, plain: 0.01 } };
    expect(refinerGains(own, noise, 1).distributionRatio).toBeNaN();
    expect(refinerGains(equal, { ...equal, jumpShare: 0 }, 1).jumpShareRatio).toBe(Number.POSITIVE_INFINITY);
  });

  test('have intervals over subjects that hold them', () => {
    const equal = Array.from({ length: 20 }, (_, k) => ({ ...SUBJECT, neighbourDb: 20 + k }));
    const own = equal.map((one, k) => ({ ...one, neighbourDb: one.neighbourDb + 1 + (k % 2 ? 0.1 : -0.1) }));
    const { warpGainDb, identityDriftShare } = gainIntervals(own, equal);
    // Pairs of one subject: the spread between subjects does not count.
    expect(warpGainDb.low).toBeGreaterThan(0.9);
    expect(warpGainDb.high).toBeLessThan(1.1);
    expect(identityDriftShare).toEqual({ low: 1, high: 1 });
  });

  test('equal turn is a quotient of slopes that turn', () => {
    expect(equalTurn(0.8, 1.6)).toBe(0.5);
    for (const [slope, unrefined] of [
      [-0.5, 1],
      [1, 0],
      [Number.NaN, 1],
    ] as const)
      expect(() => equalTurn(slope, unrefined)).toThrow('expected positive slopes');
  });
});

describe('bars', () => {
  const gains = {
    yawReached: 0.99,
    yawReachedRatio: 1,
    warpGainDb: 0.9,
    frontalWarpGainDb: 1.6,
    identityDriftShare: 0.6,
    jumpShare: 0.02,
    jumpShareRatio: 0.4,
    distributionRatio: 0.8,
    yawwiseDistributionRatio: 1.5,
    plainDistributionRatio: 1,
    sharpnessRatio: 0.96,
    ssimGain: 0,
  };
  const all = { ...gains, refineShare: 0.05 };

  test('hold each figure', () => {
    expect(barsMet(all, REFINER_BARS.portraits)).toMatchObject({ must: true, goal: true });
    const turning = barsMet({ ...all, yawReached: 1.07 }, REFINER_BARS.portraits);
    expect(turning).toMatchObject({
      must: true,
      goal: false,
      each: { yawReached: 'must', warpGainDb: 'goal' },
    });
    const blurred = barsMet({ ...all, sharpnessRatio: 0.2 }, REFINER_BARS.portraits);
    expect(blurred).toMatchObject({ must: false, goal: false, each: { sharpnessRatio: 'missed' } });
    expect(barsMet({ ...all, refineShare: Number.NaN }, REFINER_BARS.portraits).must).toBe(false);
    expect(
      barsMet(
        { ...all, refineShare: Number.NaN, warpGainDb: 3, frontalWarpGainDb: 3 },
        REFINER_BARS.drifting,
      ),
    ).toMatchObject({
      must: true,
      goal: false,
      each: { identityDriftShare: 'must', jumpShareRatio: 'goal', warpGainDb: 'goal' },
    });
  });

  test('stand under the table in line with it', () => {
    const rows = [{ name: 'a model', gains: { ...gains, refineShare: null } }];
    const lines = gainsTable('±45°', rows, REFINER_BARS.portraits).split('\n');
    expect(lines.map((line) => line.split(/\s{2,}/)[0])).toEqual(['±45°', 'a model', 'must', 'goal']);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toMatch(/^a model +0\.990 +1\.000 +\+0\.90 +\+1\.60 .* –$/);
    expect([barText([0.9, 1.1]), barText([0.2, Number.POSITIVE_INFINITY])]).toEqual(['0.9–1.1', '≥ 0.2']);
    const own = ownTable('±45°', [
      {
        name: 'unrefined',
        figures: sweepFigures([SUBJECT], { atYaws: 0.0123, mixed: 0.0045, plain: 0.0256 }),
      },
    ]);
    expect(own.split('\n')[1]).toMatch(
      /^unrefined +1\.000 +25\.00 +24\.00 .* 4\.00 +0\.400 +4\.5 +12\.3 +25\.6$/,
    );
  });
});
