import { degrees, radians } from '@turnaround/plugin/asset';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type EvaluationReport,
  reportCsv,
  reportPage,
} from '../../../../generator/src/evaluation/report/index.ts';
import type { Matte, RgbImage } from '../../../../generator/src/impostor/index.ts';
import { composeReport } from '../../../../generator/src/pipeline/evaluate/compose-report.ts';
import type { RealSet } from '../../../../generator/src/pipeline/evaluate/distances.ts';
import {
  type MeasuredModel,
  measureMethods,
} from '../../../../generator/src/pipeline/evaluate/evaluate-model.ts';
import type { SweepDrawer } from '../../../../generator/src/pipeline/evaluate/methods.ts';
import type { Readers } from '../../../../generator/src/pipeline/evaluate/open-readers.ts';
import { BALL_FOCAL, ball, SIDE } from '../../evaluation/ball.ts';

/** A whole evaluation of drawn balls whose turn is painted into a corner: what is asked, reached and gained is known. */

const SEEDS = [1, 2, 3, 4];
const DEGREES = [-45, -30, -15, 0, 15, 30, 45];
/** How far the drifting sweep's paint swims at 45°, radians; and how far refined views turn. */
const SWIM = 0.25;
const REFINED_TURN = 0.9;

/** A ball that turns as asked, with paint that swims away by `swim`; its yaw stands in the upper left pixel. */
const drawer =
  (swim: number, turn: number): SweepDrawer =>
  async (seed, yaws) =>
    yaws.map((asked) => {
      const yaw = radians(turn * asked);
      const { picture } = ball(yaw, { phase: seed, swim: swim * (asked / 45) ** 2 });
      picture.data[0] = yaw;
      return picture;
    });

const yawIn = ({ data }: RgbImage): number => data[0]!;

/** Means of 8×8 blocks: enough to tell the drawn balls apart. */
const blocks = ({ data }: RgbImage): Float32Array => {
  const out = new Float32Array(3 * (SIDE / 8) ** 2);
  data.forEach((value, k) => {
    const [c, y, x] = [
      Math.floor(k / SIDE ** 2),
      Math.floor((k % SIDE ** 2) / SIDE / 8),
      Math.floor((k % SIDE) / 8),
    ];
    out[(c * (SIDE / 8) + y) * (SIDE / 8) + x]! += value / 64;
  });
  return out.map((value) => value + 1);
};

const face = { name: 'blocks', features: async (pictures: readonly RgbImage[]) => pictures.map(blocks) };

const readers: Readers = {
  yaw: { name: 'corner', reach: 60, read: async (pictures) => pictures.map((p) => degrees(yawIn(p))) },
  distribution: face,
  identity: face,
  names: {
    yaw: 'corner',
    distribution: 'blocks',
    frechet: 'FD-blocks',
    kernel: 'KID-blocks',
    identity: 'blocks identity',
    identityNet: 'blocks',
  },
  missing: [],
  release: () => {},
};

const matte: Matte = {
  name: 'ball',
  cut: () => Promise.reject(new Error('not asked for')),
  cover: async (views) => views.map((view) => Float32Array.from(ball(yawIn(view)).mask)),
};

/** True depth and yaw of the balls. */
const geometry = {
  side: SIDE,
  focal: BALL_FOCAL,
  read: async (pictures: readonly RgbImage[]) =>
    pictures.map((picture) => ({
      depth: Float32Array.from(ball(yawIn(picture)).depth),
      yaw: degrees(yawIn(picture)),
    })),
  release: async () => {},
};

const platform = { signal: new AbortController().signal, progress: () => {} };

let report: EvaluationReport;
let measured: Pick<MeasuredModel, 'methods' | 'turn'>;

beforeAll(async () => {
  const drawers = { unrefined: drawer(SWIM, 1), refined: drawer(0, REFINED_TURN) };
  const plan = { seeds: SEEDS, degrees: DEGREES, truncation: 1 };
  const instruments = { readers, geometry, matte, side: SIDE, warn: () => {} };
  measured = await measureMethods(platform, 'balls', drawers, plan, instruments);
  const truth = await Promise.all(SEEDS.map((seed) => drawer(0, 1)(seed + 100, DEGREES)));
  const real: RealSet = {
    folder: 'truth',
    posed: truth.flatMap((views, subject) => views.map((view) => ({ yaw: degrees(yawIn(view)), subject }))),
    features: async (indices) => indices.map((k) => blocks(truth.flat()[k]!)),
  };
  const model: MeasuredModel = {
    folder: 'models/balls',
    name: 'balls & <co>',
    hash: '0'.repeat(64),
    resolution: SIDE,
    calibrated: true,
    refined: true,
    ...measured,
  };
  report = await composeReport(
    { subjects: SEEDS.length, firstSeed: 1, truncation: 1, realSubjects: null },
    DEGREES,
    readers,
    [model],
    { real, ceiling: null, ablation: null },
  );
}, 60_000);

const method = (id: string) => report.models[0]!.methods.find((one) => one.id === id)!;
const sweep = (id: string, metric: string) => method(id).sweep[metric]!.value;
const gain = (id: string, metric: string) =>
  report.models[0]!.gains.find((one) => one.method === id)!.figures[metric]!;

describe('a sweep that is known', () => {
  test('reaches the yaw that it reaches, in every way of drawing', () => {
    expect(sweep('unrefined', 'yawReached')).toBeCloseTo(1, 5);
    expect(sweep('refined', 'yawReached')).toBeCloseTo(REFINED_TURN, 5);
    expect(sweep('less-turn', 'yawReached')).toBeCloseTo(0.8, 5);
    expect(sweep('refined', 'yawOwn')).toBeCloseTo(REFINED_TURN, 5);
  });

  test('is compared at the turn of the refined one', () => {
    expect(measured.turn).toBeCloseTo(REFINED_TURN, 5);
    expect(sweep('equal-turn', 'yawReached')).toBeCloseTo(REFINED_TURN, 4);
    expect(report.models[0]!.methods.map(({ id }) => id)).toEqual([
      'refined',
      'unrefined',
      'equal-turn',
      'blur',
      'less-turn',
    ]);
  });

  test('gains by paint that does not swim, with an interval that leaves 0 out', () => {
    const warped = gain('refined', 'warpedPsnr');
    expect(warped.low).toBeGreaterThan(1);
    expect(warped.value).toBeCloseTo(sweep('refined', 'warpedPsnr') - sweep('equal-turn', 'warpedPsnr'), 6);
    expect(gain('refined', 'warpedSsim').low).toBeGreaterThan(0);
    expect(gain('refined', 'yawReached').value).toBeCloseTo(0, 4);
    // Against the sweep turned fully it would look like more.
    expect(sweep('refined', 'warpedPsnr') - sweep('unrefined', 'warpedPsnr')).toBeGreaterThan(warped.value);
  });

  test('is blurred by the control that blurs', () => {
    expect(sweep('blur', 'sharpness')).toBeLessThan(0.8 * sweep('unrefined', 'sharpness'));
    expect(sweep('blur', 'yawReached')).toBeLessThan(1);
  });

  test('is sorted into zones: likeness falls with the turn', () => {
    const [near, middle, all] = method('unrefined').zones.map(({ figures }) => figures['identity']!.value);
    expect(near).toBeGreaterThan(middle!);
    expect(middle).toBeGreaterThan(all!);
    expect(report.models[0]!.floor['full']!.value).toBeLessThan(all!);
  });

  test('is held against as many real pictures everywhere', () => {
    // Four subjects at −15, 0 and 15: twelve in the nearest zone, and as many in all.
    expect(report.matched).toBe(12);
    for (const { zones } of report.models[0]!.methods)
      for (const { figures } of zones) {
        const { value, low, high, count } = figures['kernel']!;
        expect(count).toBe(12);
        expect(value).toBeGreaterThan(low!);
        expect(value).toBeLessThan(high!);
        expect(figures['frechet']!.value).toBeGreaterThan(0);
      }
  });
});

describe('the report', () => {
  test('as a table has a row for each figure, and no other', () => {
    const [head, ...rows] = reportCsv(report).trimEnd().split('\n');
    expect(head).toBe('model,method,zone,metric,value,low,high,count,unit,better');
    const warped = rows.find((row) => row.startsWith('balls & <co>,refined,full,warpedPsnr,'))!.split(',');
    expect(Number(warped[4])).toBeCloseTo(sweep('refined', 'warpedPsnr'), 4);
    expect(warped.slice(7)).toEqual([String(SEEDS.length), 'dB', 'higher']);
    for (const row of rows) expect(row.split(',')).toHaveLength(10);
    expect(rows.some((row) => row.includes(',refined - unrefined at equal turn,full,yawReached,'))).toBe(
      true,
    );
  });

  test('as a page holds its tables and plots, escapes names and needs no other file', () => {
    const page = reportPage(report, [
      { caption: 'Best', source: 'data:image/webp;base64,AA==', width: 4, height: 4 },
    ]);
    for (const n of [1, 2, 3, 4, 5, 6, 7]) expect(page).toContain(`id="table-${n}"`);
    expect(page.match(/<polyline/g)!.length).toBe(6 * 5);
    expect(page).toContain('balls &amp; &lt;co&gt;');
    expect(page).not.toContain('<co>');
    expect(page).not.toMatch(/NaN|undefined|Infinity|src="(?!data:)|href="(?!data:)/);
    expect(page).toContain('KID-blocks');
    expect(page).not.toMatch(/>KID</);
  });
});
