import { radians } from '@turnaround/plugin/asset';
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../generator/src/evaluation/index.ts';
import { judgeAnswers, judgeCalibration, type TruthReport } from '../bench/truth/judge-calibration.ts';
import { planSweep } from '../bench/truth/plan.ts';
import type { SweepSource, SweepView } from '../bench/truth/sweeps.ts';
import { type Answer, EVEN_STEPS, NOT_TURNING, TRUTH, type ViewPrediction } from '../bench/truth/system.ts';
import { motionOfPose, orbit } from '../bench/truth/warp.ts';
import { ellipsoids } from './ellipsoid.ts';

/** Three subjects, every 5° from −60° to 60°: 15° is three views. */
const SWEEPS = ellipsoids(3, 25, 48);
const PLAN = { views: 13, seed: 1 };

/** The truth, changed: what a system with one known fault would say. */
const changed =
  (change: (view: SweepView, index: number) => ViewPrediction): Answer =>
  async ({ views }) => ({ byView: new Map(views.map((view, index) => [index, change(view, index)])) });

const judge = (answer: Answer): Promise<TruthReport> => judgeAnswers(answer, SWEEPS, PLAN);
const ceiling = await judge(TRUTH);

describe('perfect predictions', () => {
  test('have no error, and gain what there is to gain', () => {
    expect(ceiling.yawMedianDeg).toBeCloseTo(0, 9);
    expect(ceiling.yawAboutMeanDeg).toBeCloseTo(0, 9);
    expect(ceiling.yawSpearmanWorst).toBe(1);
    expect(ceiling.depthPearson).toBeCloseTo(1, 9);
    expect(ceiling.depthRms).toBeLessThan(1e-9);
    expect([ceiling.yawScale, ceiling.depthScale]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
    expect(ceiling.warpGainDb).toBeGreaterThan(5);
    expect(ceiling.warpGainDb).toBeCloseTo(ceiling.warpPsnrDb - ceiling.unwarpedPsnrDb, 9);
  });

  test('by pictures alone say the same, whatever the order of the extra views', async () => {
    const known = new Map<unknown, SweepView>();
    for (const subject of SWEEPS.subjects)
      for (const view of (await SWEEPS.load(subject)).views) known.set(view.image, view);
    const report = await judgeCalibration(
      async (images) =>
        images.map((image) => ({ depth: known.get(image)!.depth, yaw: known.get(image)!.yaw })),
      SWEEPS,
      PLAN,
    );
    expect(report).toEqual(ceiling);
  });

  test('by subject and by yaw cover everything', () => {
    expect(ceiling.subjects.map(({ subject }) => subject)).toEqual([0, 1, 2]);
    expect(ceiling.byYaw.map(({ fromDeg, toDeg }) => [fromDeg, toDeg])).toEqual([
      [0, 15],
      [15, 30],
      [30, 45],
      [45, 60],
    ]);
    for (const { warpGainDb } of ceiling.byYaw) expect(warpGainDb).toBeGreaterThan(3);
  });
});

describe('what may differ from the truth', () => {
  test('one scale of yaw, a zero of its own for each subject, one scale and offset of depth', async () => {
    const report = await judge(async (sweep, plan) => ({
      byView: new Map(
        [...(await TRUTH(sweep, plan)).byView].map(([view, { depth, yaw }]) => [
          view,
          { depth: depth.map((d) => 3 * d - 1.2), yaw: yaw / 1.4 + 0.1 * sweep.subject },
        ]),
      ),
    }));
    expect(report.yawMedianDeg).toBeCloseTo(0, 5);
    expect(report.yawScale).toBeCloseTo(1.4, 5);
    expect(report.yawSpearmanWorst).toBe(1);
    expect(report.depthPearson).toBeCloseTo(1, 5);
    expect(report.depthRms).toBeLessThan(1e-5);
    expect(report.depthScale).toBeCloseTo(1 / 3, 5);
    expect(report.depthOffset).toBeCloseTo(0.4, 5);
    // Warps get no scale from the truth.
    expect(report.warpGainDb).toBeLessThan(ceiling.warpGainDb - 3);
  });

  test('but not a scale for each subject, or an offset of depth for each view', async () => {
    const yawBySubject = await judge(async (sweep, plan) => ({
      byView: new Map(
        [...(await TRUTH(sweep, plan)).byView].map(([view, { depth, yaw }]) => [
          view,
          { depth, yaw: yaw * (1 + sweep.subject) },
        ]),
      ),
    }));
    expect(yawBySubject.yawMedianDeg).toBeGreaterThan(3);
    expect(yawBySubject.yawSpearmanWorst).toBe(1);
    const depthByView = await judge(
      changed(({ depth, yaw }, index) => ({ depth: depth.map((d) => d + (index % 2) * 0.05), yaw })),
    );
    expect(depthByView.depthPearson).toBeCloseTo(1, 5);
    expect(depthByView.depthRms).toBeGreaterThan(0.15);
  });
});

describe('faults', () => {
  test('a mirrored system is caught by its signs', async () => {
    const report = await judge(
      changed(({ depth, yaw }) => ({ depth: depth.map((d) => (d > 0 ? 2 - d : 0)), yaw: -yaw })),
    );
    expect(report.depthPearson).toBeCloseTo(-1, 5);
    expect(report.depthScale).toBeCloseTo(-1, 5);
    expect(report.yawSpearmanWorst).toBe(-1);
    expect(report.yawScale).toBeCloseTo(-1, 5);
    expect(report.warpGainDb).toBeLessThan(ceiling.warpGainDb - 2);
  });

  test('noise costs what it should', async () => {
    const uniform = uniformGenerator(3);
    const noise = (size: number) => (uniform() + uniform() + uniform() - 1.5) * 2 * size;
    const report = await judge(
      changed(({ depth, yaw }) => ({
        depth: depth.map((d) => d + noise(0.02)),
        yaw: yaw + noise(radians(2)),
      })),
    );
    // Noise of deviation σ on both view and middle: the median of |N(0, 2σ²)| is .95σ.
    expect(report.yawMedianDeg).toBeGreaterThan(1.2);
    expect(report.yawMedianDeg).toBeLessThan(2.6);
    expect(report.yawAboutMeanDeg).toBeLessThan(report.yawMedianDeg);
    expect(report.depthPearson).toBeGreaterThan(0.3);
    expect(report.depthPearson).toBeLessThan(0.9);
    expect(report.depthRms).toBeGreaterThan(0.1);
    expect(report.yawSpearmanWorst).toBeGreaterThan(0.95);
    expect(report.warpGainDb).toBeLessThan(ceiling.warpGainDb - 2);
  });

  test('one subject that does not turn is the worst', async () => {
    const report = await judge(async (sweep, plan) => {
      const { byView } = await TRUTH(sweep, plan);
      if (sweep.subject !== 1) return { byView };
      return { byView: new Map([...byView].map(([view, { depth }]) => [view, { depth, yaw: 0.2 }])) };
    });
    expect(report.yawSpearmanWorst).toBe(0);
    expect(report.subjects.map(({ yawSpearman }) => yawSpearman)).toEqual([1, 0, 1]);
    expect(report.subjects[1]!.warpGainDb).toBeCloseTo(0, 1);
  });
});

describe('baselines', () => {
  test('not turning gains nothing and orders nothing', async () => {
    const report = await judgeCalibration(NOT_TURNING, SWEEPS, PLAN);
    // A flat plate at the pivot that does not turn is the picture itself, but for rounding.
    expect(report.warpGainDb).toBeCloseTo(0, 4);
    expect(report.yawSpearmanWorst).toBe(0);
    expect(report.depthPearson).toBe(0);
    expect(report.yawMedianDeg).toBeGreaterThan(15);
  });

  test('even steps order well, but miss the angles', async () => {
    const report = await judgeCalibration(EVEN_STEPS, SWEEPS, PLAN);
    expect(report.yawSpearmanWorst).toBe(1);
    expect(report.yawMedianDeg).toBeGreaterThan(2);
  });
});

describe('the plan', () => {
  test('takes uneven views, the same for the same seed, others for another subject or seed', async () => {
    const [first, second] = [await SWEEPS.load(0), await SWEEPS.load(1)];
    const plan = planSweep(first, PLAN);
    expect(planSweep(first, PLAN)).toEqual(plan);
    expect(planSweep(second, PLAN).chosen).not.toEqual(plan.chosen);
    expect(planSweep(first, { ...PLAN, seed: 2 }).chosen).not.toEqual(plan.chosen);
    expect(plan.chosen.length).toBe(13);
    expect(new Set(plan.chosen).size).toBe(13);
    expect([...plan.chosen].sort((a, b) => a - b)).toEqual(plan.chosen);
    const steps = plan.chosen.slice(1).map((view, k) => view - plan.chosen[k]!);
    expect(new Set(steps).size).toBeGreaterThan(1);
  });

  test('warps each chosen view to every view 15° away, chosen or not', async () => {
    const sweep = await SWEEPS.load(0);
    const { chosen, pairs, extra } = planSweep(sweep, PLAN);
    const expected = chosen.flatMap((view) =>
      [view - 3, view + 3].filter((other) => other >= 0 && other < 25).map((other) => [view, other]),
    );
    expect(pairs).toEqual(expected);
    expect(new Set([...chosen, ...extra])).toEqual(
      new Set([...chosen, ...pairs.map(([, target]) => target)]),
    );
    expect(extra.some((view) => chosen.includes(view))).toBe(false);
    expect([...extra].sort((a, b) => a - b)).not.toEqual(extra);
  });

  test('refuses sweeps without views 15° apart', async () => {
    const few = await ellipsoids(1, 4, 8).load(0);
    expect(() => planSweep(few, PLAN)).toThrow('expected views 15° apart, found none');
  });
});

describe('what a system is shown and may say', () => {
  const one: SweepSource = { ...SWEEPS, subjects: [0] };

  test('pictures in order, then the others', async () => {
    const sweep = await SWEEPS.load(0);
    const { chosen, extra } = planSweep(sweep, PLAN);
    const calls: number[][] = [];
    await judgeCalibration(
      async (images) => {
        calls.push(images.map((image) => sweep.views.findIndex((view) => view.image === image)));
        return images.map(() => ({ depth: new Float32Array(48 * 48).fill(1), yaw: 0 }));
      },
      one,
      PLAN,
    );
    expect(calls).toEqual([chosen, extra]);
  });

  test('poses of its own, from the target to the source', async () => {
    const sweep = await SWEEPS.load(0);
    const yawOf = (image: unknown) => sweep.views.find((view) => view.image === image)!.yaw;
    const system = {
      predict: async (images: readonly unknown[]) =>
        images.map((image) => ({ depth: sweep.views.find((view) => view.image === image)!.depth, yaw: 0 })),
      relativePose: async (pairs: readonly (readonly [unknown, unknown])[]) =>
        pairs.map(([from, to]) => {
          const turn = yawOf(to) - yawOf(from);
          return [0, turn, 0, ...orbit(turn).translation];
        }),
    };
    const report = await judgeCalibration(system, one, PLAN);
    expect(report.warpPsnrDb).toBeCloseTo((await judgeAnswers(TRUTH, one, PLAN)).warpPsnrDb, 5);
    expect(report.yawSpearmanWorst).toBe(0);
    expect(motionOfPose([0, 0, 0, 0, 0, 0]).rotation).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  test('depth of another size, NaN, or too few answers are errors', async () => {
    const say = (said: ViewPrediction[]) => judgeCalibration(async () => said, one, PLAN);
    const flat = new Float32Array(48 * 48).fill(1);
    await expect(say([])).rejects.toThrow('sweep 0: expected 13 predictions, got 0');
    await expect(say(new Array(13).fill({ depth: new Float32Array(4), yaw: 0 }))).rejects.toThrow(
      'expected depth [48,48], got 4 numbers',
    );
    await expect(say(new Array(13).fill({ depth: flat, yaw: Number.NaN }))).rejects.toThrow(/finite/);
    const broken = flat.map((value, k) => (k === 7 ? Number.NaN : value));
    await expect(say(new Array(13).fill({ depth: broken, yaw: 0 }))).rejects.toMatchObject({
      code: 'prediction',
    });
  });
});
