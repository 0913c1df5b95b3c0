import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOCAL } from '../../../generator/src/calibration/config.ts';
import type { SweepSet } from '../../../generator/src/calibration/sweep-set.ts';
import {
  checkViewOrder,
  findFrontal,
  ONE_SUBJECT_CONFIG,
  searchTurn,
  turntableJob,
  turntableYaws,
} from '../../../generator/src/calibration/turntable/index.ts';
import {
  float32Data,
  frozenParameters,
  Graph,
  Random,
  serialize,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { type SolidView, solidView, unevenYaws } from '../pipeline/build/solid.ts';

const runtime = createRuntime();
const SIDE = 64;

/** Views of a solid as a set to learn from. */
function setOf(views: readonly SolidView[]): SweepSet {
  const area = SIDE * SIDE;
  const images = new Uint8Array(views.length * 3 * area);
  const masks = new Uint8Array(views.length * area);
  views.forEach(({ image, mask }, view) => {
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) images[(3 * view + c) * area + i] = image.data[4 * i + c]!;
      masks[view * area + i] = Math.round(255 * mask[i]!);
    }
  });
  const places = Float32Array.from(views, (_, k) => k - (views.length - 1) / 2);
  return { subjects: 1, views: views.length, side: SIDE, images, masks, places };
}

/** What the yaws are for given parameters. */
async function yawsOf(initial: readonly number[], total: number | null, changes: readonly number[]) {
  const graph = new Graph('yaws');
  const scope = frozenParameters(graph, { 'turn.steps': Float32Array.from(changes) }).scope('turn');
  graph.output('yaw', turntableYaws(scope, { initial: Float32Array.from(initial), total }));
  const session = await runtime.load(serialize(graph));
  const yaws = Array.from(float32Data(await session.run({}), 'yaw'));
  await session.release();
  return yaws;
}

describe('turntableYaws', () => {
  it('begins with the steps given, its middle at 0', async () => {
    const yaws = await yawsOf([0.1, 0.2, 0.4], null, [0, 0, 0]);
    for (const [k, yaw] of [-0.35, -0.25, -0.05, 0.35].entries()) expect(yaws[k]).toBeCloseTo(yaw, 6);
  });

  it('keeps the order of the views and the total, whatever is learned', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        fc.constantFrom(1, -1),
        async (changes, sign) => {
          const initial = [0.1, 0.02, 0.2, 0.1, 0.3].map((step) => sign * step);
          const yaws = await yawsOf(initial, sign * 2, changes);
          for (let k = 1; k < yaws.length; k++) expect(sign * (yaws[k]! - yaws[k - 1]!)).toBeGreaterThan(0);
          expect(yaws.at(-1)! - yaws[0]!).toBeCloseTo(sign * 2, 5);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('searchTurn', () => {
  const yaws = [-0.3, -0.2, -0.15, 0.05, 0.15];
  const options = { focal: FOCAL, tries: 12 };

  for (const [name, sign] of [
    ['right', 1],
    ['left', -1],
  ] as const)
    it(`sees a solid turn to the ${name}, and about how far`, async () => {
      const found = await searchTurn(runtime, setOf(yaws.map((yaw) => solidView(sign * yaw))), options);
      expect(found.sign).toBe(sign);
      expect(found.contrast).toBeGreaterThan(1.15);
      expect(found.gain).toBeLessThan(0.8);
      [0.1, 0.05, 0.2, 0.1].forEach((step, k) => {
        expect(sign * found.steps[k]!).toBeGreaterThan(0.4 * step);
        expect(sign * found.steps[k]!).toBeLessThan(2.5 * step);
      });
      expect(sign * found.steps[2]!).toBeGreaterThan(sign * found.steps[1]!);
    });

  it('takes the way that a person says', async () => {
    const found = await searchTurn(runtime, setOf(yaws.slice(0, 3).map((yaw) => solidView(yaw))), {
      ...options,
      sign: -1,
    });
    expect(found.sign).toBe(-1);
    for (const step of found.steps) expect(step).toBeLessThan(0);
    expect(found.contrast).toBeLessThan(1);
  });
});

describe('findFrontal', () => {
  const yaws = unevenYaws(-0.62, 11);
  const find = (symmetric: boolean) => {
    const views = yaws.map((yaw) => solidView(yaw, { symmetric }));
    const depths = views.map(({ depth }) => depth.map((d) => d || 1.04));
    // The geometry's own zero lies elsewhere than the solid's.
    const geometry = { yaws: Float32Array.from(yaws, (yaw) => yaw + 0.1), depths };
    return findFrontal(runtime, setOf(views), geometry, FOCAL);
  };

  it('finds where a solid is its own mirror image', async () => {
    const { yaw, error, contrast } = await find(true);
    expect(Math.abs(yaw - 0.1)).toBeLessThan(0.03);
    expect(error).toBeLessThan(0.03);
    expect(contrast).toBeLessThan(0.1);
  });

  it('fits far worse where nothing is symmetric', async () => {
    const { error, contrast } = await find(false);
    expect(error).toBeGreaterThan(0.15);
    expect(contrast).toBeGreaterThan(0.4);
  });
});

describe('checkViewOrder', () => {
  const views = unevenYaws(-0.5, 12).map((yaw) => solidView(yaw));

  it('finds a turn in order, and brings any other order back', () => {
    expect(checkViewOrder(setOf(views)).ratio).toBeCloseTo(1, 6);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const random = new Random(seed);
        const keys = views.map(() => random.uniform());
        const order = views.map((_, k) => k).sort((a, b) => keys[a]! - keys[b]!);
        const { path, ratio } = checkViewOrder(setOf(order.map((k) => views[k]!)));
        const found = path.map((place) => order[place]!);
        expect([found, found.toReversed()]).toContainEqual(views.map((_, k) => k));
        expect(ratio).toBeGreaterThan(1.25);
      }),
      { numRuns: 5 },
    );
  });
});

describe('turntableJob', () => {
  it('draws the same batches again, with whole stretches mirrored', async () => {
    const set = setOf(unevenYaws(-0.3, 6).map((yaw) => solidView(yaw)));
    const turn = { initial: new Float32Array(5).fill(0.1), total: null };
    const job = turntableJob(set, ONE_SUBJECT_CONFIG, { steps: 10, seed: 1, turn });
    const batch = () => job.batch(4, new Random(1, 'batch', 4));
    expect(await batch()).toEqual(await batch());
    const { view, sign } = await batch();
    expect(view!.shape).toEqual([8]);
    const signs = Array.from(sign!.data as Float32Array);
    for (const k of [0, 4]) expect(new Set(signs.slice(k, k + 4)).size).toBe(1);
  });
});
