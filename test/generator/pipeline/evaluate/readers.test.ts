import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosineSimilarity, median } from '../../../../generator/src/evaluation/index.ts';
import {
  concat,
  Graph,
  reduceMean,
  reshape,
  serialize,
  slice,
} from '../../../../generator/src/graph/index.ts';
import type { RgbImage } from '../../../../generator/src/impostor/index.ts';
import { openFeatureFile, openYawFile } from '../../../../generator/src/pipeline/evaluate/onnx-reader.ts';
import { openReaders } from '../../../../generator/src/pipeline/evaluate/open-readers.ts';
import type { EvaluatePlatform, StandIns } from '../../../../generator/src/pipeline/evaluate/readers.ts';
import {
  listPeople,
  listPictures,
  readPicture,
} from '../../../../generator/src/pipeline/evaluate/real-pictures.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../../generator/src/platform/onnx-runtime.ts';
import { openStandIns } from '../../../../generator/src/platform/stand-ins/index.ts';
import { hasShared, portraits, sharedReason } from '../../../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [files, images] = [createFiles(), createImageCodec()];
const platform = { files, images, runtime: createRuntime({ threads: 1 }) };
const FEATURES = { option: '--inception', side: 8, output: 'features' };

/** A network whose features are the means of the colours, for so many pictures of so many pixels. */
function meanColours(name: string, batch: number | 'N', side: number, constant = 0): string {
  const graph = new Graph('means');
  const x = graph.input('pictures', 'float32', [batch, 3, side, side]);
  const means = reduceMean(x, [2, 3]);
  if (constant) graph.output('other', slice(means, 1, 0, 1));
  graph.output('features', concat([means, means], 1));
  const path = join(folder, name);
  writeFileSync(path, serialize(graph));
  return path;
}

const plain = (colour: readonly number[]): RgbImage => ({
  width: 4,
  height: 4,
  data: Float32Array.from({ length: 48 }, (_, k) => colour[Math.floor(k / 16)]!),
});

describe('networks of the user', () => {
  const pictures = [plain([-1, 0, 1]), plain([0.5, 0.5, -0.5]), plain([0, 0, 0])];

  test('get colours as they want them, any number of pictures, and the output of the name', async () => {
    const path = meanColours('any.onnx', 'N', 8, 1);
    for (const [normalisation, first] of [
      ['-1..1', [-1, 0, 1]],
      ['0..1', [0, 0.5, 1]],
      ['0..255', [0, 127.5, 255]],
      ['imagenet', [-0.485 / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225]],
    ] as const) {
      const net = await openFeatureFile(platform, { path, normalisation }, FEATURES);
      const found = await net.features(pictures);
      expect(net.name).toBe('any.onnx');
      expect(found).toHaveLength(3);
      expect(found[0]).toHaveLength(6);
      first.forEach((value, k) => {
        expect(found[0]![k]).toBeCloseTo(value, 3);
      });
    }
  });

  test('of a fixed number of pictures are filled up', async () => {
    const path = meanColours('two.onnx', 2, 8);
    const net = await openFeatureFile(platform, { path, normalisation: '-1..1' }, FEATURES);
    const found = await net.features(pictures);
    expect(found.map((row) => Math.round(100 * row[0]!) / 100)).toEqual([-1, 0.5, 0]);
  });

  test('that are none are refused by name', async () => {
    const missing = { path: join(folder, 'none.onnx'), normalisation: '-1..1' } as const;
    await expect(openFeatureFile(platform, missing, FEATURES)).rejects.toThrow(
      /^--inception: expected an ONNX model at .*none\.onnx, found none$/,
    );
    const path = join(folder, 'text.onnx');
    writeFileSync(path, 'no network');
    await expect(openYawFile(platform, { path, normalisation: '-1..1' })).rejects.toThrow(
      /--yaw-reader .*text\.onnx: expected an ONNX model, got 10 bytes/,
    );
    const graph = new Graph('grey');
    graph.output('y', reshape(graph.input('x', 'float32', [1, 1, 8, 8]), [1, 64]));
    writeFileSync(path, serialize(graph));
    await expect(openFeatureFile(platform, { path, normalisation: '0..1' }, FEATURES)).rejects.toThrow(
      /expected input x float32 \[N,3,H,W\], got element type 1 \[1,1,8,8\]/,
    );
  });

  test('give figures the literature’s names; what is missing is said with the way to get it', async () => {
    const file = { path: meanColours('mean.onnx', 'N', 8), normalisation: '-1..1' } as const;
    const bare = { ...platform, openStandIns: async () => null } as unknown as EvaluatePlatform;
    const none = await openReaders(bare, { inception: null, identity: null, yaw: null });
    expect(none.missing).toHaveLength(3);
    for (const line of none.missing) expect(line).toContain('npm install @tensorflow/tfjs');
    const given = await openReaders(bare, { inception: file, identity: file, yaw: null });
    expect(given.names).toMatchObject({ frechet: 'FID', kernel: 'KID', identity: 'IC', yaw: null });
    expect(given.missing).toEqual([expect.stringContaining('no yaw reader')]);
  });
});

describe('stand-ins', () => {
  let standIns: StandIns;
  beforeAll(async () => {
    standIns = (await openStandIns())!;
  });
  afterAll(() => standIns.release());

  test.runIf(hasShared)(`read yaw and tell people apart${sharedReason}`, async () => {
    const people = await listPeople(platform, portraits('sweeps'), 3, 49);
    expect(people.map((views) => views.length)).toEqual([49, 49, 49]);
    // Every sixth view is 15° on, from −60° to 60°.
    const [a, b, c] = await Promise.all(
      people.map((views) => Promise.all([18, 24, 30].map((k) => readPicture(platform, views[k]!)))),
    );
    const yaws = await standIns.yaw.read([...a!, ...b!]);
    yaws.forEach((yaw, k) => {
      expect(Math.abs(yaw - [-15, 0, 15][k % 3]!)).toBeLessThan(10);
    });
    const [frontal, turned, others] = await Promise.all(
      [[a![1]!], [a![2]!], [b![2]!, c![2]!]].map((pictures) => standIns.face.features(pictures)),
    );
    for (const other of others!)
      expect(cosineSimilarity(frontal![0]!, turned![0]!)).toBeGreaterThan(
        cosineSimilarity(frontal![0]!, other),
      );
    const names = await openReaders(
      { ...platform, openStandIns: async () => standIns } as unknown as EvaluatePlatform,
      { inception: null, identity: null, yaw: null },
    );
    expect(names.names).toMatchObject({
      frechet: 'FD-faceres',
      kernel: 'KID-faceres',
      identity: 'faceres identity',
    });
    expect(names.missing).toEqual([]);
  });
});

describe('real pictures', () => {
  test.runIf(hasShared)(`are read by a network of the user in degrees${sharedReason}`, async () => {
    const reader = await openYawFile(platform, {
      path: portraits('judges', 'judge.onnx'),
      normalisation: '-1..1',
    });
    const paths = await listPictures(platform, portraits('renders'), 4000);
    const chosen = [0, 1, 2, 3, 4, 5, 6, 7];
    const yaws = await reader.read(await Promise.all(chosen.map((k) => readPicture(platform, paths[k]!))));
    const truth = readFileSync(portraits('renders.csv'), 'utf8')
      .split('\n')
      .slice(1, 9)
      .map((line) => Number(line.split(',')[1]));
    expect(median(yaws.map((yaw, k) => Math.abs(yaw - truth[k]!)))).toBeLessThan(2);
  });

  test('are cropped to their middle, and a folder without any is refused', async () => {
    const data = new Uint8ClampedArray(4 * 6 * 2).map((_, k) => (k % 4 === 3 ? 255 : 20 * Math.floor(k / 4)));
    writeFileSync(join(folder, 'wide.png'), await images.encodePng({ width: 6, height: 2, data }));
    const { width, height, data: cropped } = await readPicture(platform, join(folder, 'wide.png'));
    expect([width, height]).toEqual([2, 2]);
    expect([...cropped.slice(0, 4)].map((x) => Math.round(127.5 * x + 127.5))).toEqual([40, 60, 160, 180]);
    await expect(listPictures(platform, join(folder, 'nothing'), 9)).rejects.toThrow(
      /--real: expected pictures/,
    );
    await expect(listPeople(platform, folder, 9, 9)).rejects.toThrow(/--real-subjects: expected folders/);
  });
});
