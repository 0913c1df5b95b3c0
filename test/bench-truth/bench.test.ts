import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { Graph, serialize } from '../../generator/src/graph/index.ts';
import type { RgbImage } from '../../generator/src/impostor/image.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { appendResult, circumstances } from '../bench/results.ts';
import { benchCalibration } from '../bench/truth/bench.ts';
import { loadCalibrationNets, loadFreeMotionNets } from '../bench/truth/calibration-nets.ts';
import { judgeCalibration, type TruthFigures } from '../bench/truth/judge-calibration.ts';
import { openSweeps } from '../bench/truth/sweeps.ts';
import { NOT_TURNING } from '../bench/truth/system.ts';
import { formatTable, MODEL_BARS, meets, TRAINED_BARS } from '../bench/truth/table.ts';
import { ROOT } from '../shared.ts';
import { ellipsoids } from './ellipsoid.ts';
import { tinyPrediction, writeTinyModel } from './nets.ts';

const RESOLUTION = 24;
const folder = mkdtempSync(join(tmpdir(), 'truth-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const model = join(folder, 'model');
writeTinyModel(model, RESOLUTION);

/** Two ellipsoids as files of the portraits' form. */
async function writeData(): Promise<void> {
  const sweeps = ellipsoids(2, 25, RESOLUTION);
  const rows = ['subject,view,yaw_deg,pitch_deg'];
  for (const subject of sweeps.subjects) {
    const stem = (view: number) => join(folder, `sweeps/0${subject}`, String(view).padStart(2, '0'));
    mkdirSync(join(folder, `sweeps/0${subject}`), { recursive: true });
    for (const [index, view] of (await sweeps.load(subject)).views.entries()) {
      rows.push(`${subject},${index},${Math.round(degrees(view.yaw))},0`);
      const raw = (channels: 1 | 3) => ({ raw: { width: RESOLUTION, height: RESOLUTION, channels } });
      const size = RESOLUTION ** 2;
      const bytes = Uint8Array.from({ length: 3 * size }, (_, k) =>
        Math.round(127.5 + 127.5 * view.image.data[(k % 3) * size + Math.floor(k / 3)]!),
      );
      await sharp(bytes, raw(3))
        .webp({ lossless: true })
        .toFile(`${stem(index)}.webp`);
      const steps = Uint16Array.from(view.depth, (depth) => Math.round(depth * 56_000));
      await sharp(steps, raw(1))
        .toColourspace('grey16')
        .png()
        .toFile(`${stem(index)}.depth.png`);
      const mask = Uint8Array.from(view.mask, (coverage) => Math.round(coverage * 255));
      await sharp(mask, raw(1))
        .png()
        .toFile(`${stem(index)}.mask.png`);
    }
  }
  writeFileSync(join(folder, 'sweeps.csv'), `${rows.join('\n')}\n`);
}
await writeData();

/** Runs the bench as npm does. */
const run = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const command = ['--import', 'tsx', '--conditions=source', 'test/bench/calibration.ts', ...args];
    execFile(process.execPath, command, { cwd: ROOT }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

const FIGURES: TruthFigures = {
  yawMedianDeg: 0.7,
  yawSpearmanWorst: 0.99,
  depthPearson: 0.96,
  depthRms: 0.05,
  warpGainDb: 8,
};

describe('bench:calibration', () => {
  test('judges a model folder, with baselines and ceiling in the same table', async () => {
    const { code, out, err } = await run('--model', model, '--data', folder, '--threads', '1');
    expect(err).toBe('');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(0, -1).map((line) => line.split(/\s{2,}/)[0])).toEqual([
      '',
      'model',
      'notTurning',
      'evenSteps',
      'truth',
      'must',
      'goal',
    ]);
    const json = JSON.parse(lines.at(-1)!);
    // The same system in plain TypeScript, on the same files.
    const expected = await judgeCalibration(
      async (images) => images.map(tinyPrediction),
      openSweeps(folder, RESOLUTION),
    );
    for (const key of ['yawMedianDeg', 'yawSpearmanWorst', 'depthPearson', 'depthRms', 'warpGainDb'] as const)
      expect(json[key]).toBeCloseTo(expected[key], 3);
    expect(json).toMatchObject({
      bench: 'calibration',
      mode: 'model',
      resolution: 24,
      seed: 1,
      pairs: expected.pairs,
    });
    expect(json.met).toEqual({ must: false, goal: false });
    expect(json.rows.notTurning.warpGainDb).toBeCloseTo(0, 4);
    expect(json.rows.truth).toMatchObject({
      yawMedianDeg: 0,
      yawSpearmanWorst: 1,
      depthPearson: 1,
      depthRms: 0,
    });
    expect(json.rows.truth.warpGainDb).toBeGreaterThan(3);
    expect(Object.keys(json.views)).toEqual(['0', '1']);
    expect(json.views['0'].length).toBe(25);
    expect(typeof json.load).toBe('number');
  });

  test('says what is missing, and how to get it', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(await run('--model', empty)).toMatchObject({
      code: 1,
      err: `model: expected ${join(empty, 'model.json')}, found none\n`,
    });
    writeFileSync(join(empty, 'model.json'), '{"resolution": 24}');
    const { code, err } = await run('--model', empty, '--data', folder);
    expect(code).toBe(1);
    expect(err).toContain(`expected ${join(empty, 'depth.onnx')}, found none: the model is not calibrated`);
    const none = await run(
      '--data',
      folder,
      '--resolution',
      String(RESOLUTION),
      '--train',
      join(folder, 'nowhere'),
    );
    expect(none.code).toBe(1);
    expect(none.err).toContain(`expected the folder ${join(folder, 'nowhere')}, found none`);
    expect((await run('--model', model, '--data', folder, '--seed', 'x')).err).toContain(
      '--seed: expected a whole number from 1, got x',
    );
    expect((await run('--modle', model)).code).toBe(2);
  });

  test('other configurations stand in the same table', async () => {
    const { table, json } = await benchCalibration(
      {
        main: { name: 'turnaround', system: { predict: async (images) => images.map(tinyPrediction) } },
        peers: [{ name: 'monodepth2', system: NOT_TURNING }],
        bars: TRAINED_BARS,
        plan: { views: 13 },
        details: { steps: 7 },
      },
      openSweeps(folder, RESOLUTION),
    );
    expect(table.split('\n').map((line) => line.split(' ')[0])).toEqual([
      '',
      'turnaround',
      'notTurning',
      'evenSteps',
      'monodepth2',
      'truth',
      'must',
      'goal',
    ]);
    expect(json).toMatchObject({ steps: 7, rows: { monodepth2: { yawSpearmanWorst: 0, depthPearson: 0 } } });
  });
});

describe('nets', () => {
  test('say depth and yaw of each picture by itself', async () => {
    const nets = await loadCalibrationNets(createRuntime({ threads: 1 }), model);
    const { views } = await ellipsoids(1, 17, RESOLUTION).load(0);
    const said = await nets.predict(views.map(({ image }) => image));
    await nets.release();
    views.forEach(({ image }, k) => {
      const expected = tinyPrediction(image);
      expect(said[k]!.yaw).toBeCloseTo(expected.yaw, 5);
      expect(said[k]!.depth.every((depth, pixel) => Math.abs(depth - expected.depth[pixel]!) < 1e-6)).toBe(
        true,
      );
    });
  });

  test('of free motions turn from picture to picture, and warp by their poses', async () => {
    const nets = await loadFreeMotionNets(createRuntime({ threads: 1 }), model);
    const { views } = await ellipsoids(1, 17, RESOLUTION).load(0);
    const images = views.map(({ image }) => image);
    const said = await nets.predict(images);
    const poses = await nets.relativePose!(images.slice(1).map((image, k) => [images[k]!, image] as const));
    await nets.release();
    expect(said[0]!.yaw).toBe(0);
    expect(poses.length).toBe(16);
    poses.forEach((pose, k) => {
      expect(pose.length).toBe(6);
      // The tiny net says the difference of the mean colours, in every element.
      expect(said[k + 1]!.yaw - said[k]!.yaw).toBeCloseTo(pose[1]!, 5);
      const green = (image: RgbImage) =>
        image.data.slice(RESOLUTION ** 2, 2 * RESOLUTION ** 2).reduce((sum, v) => sum + v, 0) /
        RESOLUTION ** 2;
      expect(pose[1]!).toBeCloseTo(green(images[k]!) - green(images[k + 1]!), 5);
    });
    expect(said.some(({ yaw }) => Math.abs(yaw) > 1e-4)).toBe(true);
  });

  test('with other inputs are refused', async () => {
    const other = join(folder, 'other');
    writeTinyModel(other, RESOLUTION);
    const graph = new Graph('depth');
    graph.output('disparity', graph.input('picture', 'float32', ['N', 3, 24, 24]));
    writeFileSync(join(other, 'depth.onnx'), serialize(graph));
    await expect(loadCalibrationNets(createRuntime({ threads: 1 }), other)).rejects.toThrow(
      /expected inputs image and outputs depth, got picture and disparity$/,
    );
  });
});

describe('the table', () => {
  test('knows which way is better', () => {
    expect(meets(FIGURES, TRAINED_BARS.must)).toBe(true);
    expect(meets(FIGURES, TRAINED_BARS.goal)).toBe(false);
    expect(meets({ ...FIGURES, yawMedianDeg: 1.51 }, TRAINED_BARS.must)).toBe(false);
    expect(meets({ ...FIGURES, yawMedianDeg: 9, depthRms: 1 }, MODEL_BARS.must)).toBe(true);
    expect(meets({ ...FIGURES, depthPearson: 0.86 }, MODEL_BARS.must)).toBe(false);
    expect(meets({ ...FIGURES, warpGainDb: Number.NaN }, MODEL_BARS.must)).toBe(false);
  });

  test('lines its columns up', () => {
    const lines = formatTable([{ name: 'ours', figures: FIGURES }], MODEL_BARS).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toMatch(/^ours +0\.70 +0\.9900 +0\.9600 +0\.0500 +8\.00$/);
    expect(lines[2]).toMatch(/^must +– +≥ 0\.95 +≥ 0\.87 +– +≥ 5\.5$/);
  });
});

describe('results.csv', () => {
  const where = {
    date: '2025-01-02T03:04:05.000Z',
    commit: 'abc1234',
    machine: '2× Some "CPU", 3 GHz',
    simd: 'avx512',
  };

  test('grows by a line a run, and holds JSON whole', () => {
    const path = join(folder, 'results.csv');
    appendResult({ bench: 'calibration', depthPearson: 0.97, note: 'a,b' }, path, where);
    appendResult({ bench: 'warp' }, path, where);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines[0]).toBe('date,commit,machine,simd,bench,result');
    expect(lines[1]).toBe(
      '2025-01-02T03:04:05.000Z,abc1234,"2× Some ""CPU"", 3 GHz",avx512,calibration,' +
        '"{""bench"":""calibration"",""depthPearson"":0.97,""note"":""a,b""}"',
    );
    expect(lines.length).toBe(4);
    expect(lines[3]).toBe('');
  });

  test('knows where it runs', () => {
    const { date, commit, machine, simd } = circumstances();
    expect(Math.abs(Date.now() - Date.parse(date))).toBeLessThan(60_000);
    expect(commit).toMatch(/^([0-9a-f]{7,}\+?|unknown)$/);
    expect(machine).toMatch(/^\d+× ./);
    expect(['avx512', 'no-avx512', 'unknown']).toContain(simd);
  });
});
