import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { degrees, radians } from '@turnaround/plugin/asset';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { mean, pearson } from '../../generator/src/evaluation/index.ts';
import { blockMean, depthBlockMean } from '../bench/truth/block-mean.ts';
import { openRenders } from '../bench/truth/renders.ts';
import { openSweeps } from '../bench/truth/sweeps.ts';
import { openTurntables } from '../bench/truth/turntables.ts';
import { hasShared, portraits, sharedReason } from '../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'truth-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A 4 × 4 picture of bytes with `channels` values a pixel. */
const picture = (channels: 1 | 3, value: (pixel: number, channel: number) => number) =>
  sharp(
    Uint8Array.from({ length: 16 * channels }, (_, k) => value(Math.floor(k / channels), k % channels)),
    {
      raw: { width: 4, height: 4, channels },
    },
  );
const depthSteps = (pixel: number) => (pixel % 4 < 2 ? 0 : 50_000 + 100 * pixel);

async function writeSweep(): Promise<void> {
  mkdirSync(join(folder, 'sweeps/03'), { recursive: true });
  for (const view of ['00', '01']) {
    const stem = join(folder, 'sweeps/03', view);
    await picture(3, (pixel, channel) => pixel * 10 + channel)
      .webp({ lossless: true })
      .toFile(`${stem}.webp`);
    await picture(1, (pixel) => (pixel % 4 < 2 ? 0 : 255))
      .png()
      .toFile(`${stem}.mask.png`);
    const steps = Uint16Array.from({ length: 16 }, (_, pixel) => depthSteps(pixel));
    await sharp(steps, { raw: { width: 4, height: 4, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(`${stem}.depth.png`);
  }
  // Out of order, and with a column between: only names count.
  writeFileSync(join(folder, 'sweeps.csv'), 'subject,sex,view,yaw_deg\n3,f,1,10\n3,f,0,-20\n');
}
await writeSweep();

describe('blocks', () => {
  test('are averaged plane by plane', () => {
    const planes = Float32Array.from([1, 3, 5, 7, 10, 10, 10, 30]);
    expect([...blockMean(planes, 2, 1)]).toEqual([4, 15]);
    const twice = Float32Array.from({ length: 16 }, (_, k) => k);
    expect([...blockMean(twice, 4, 2)]).toEqual([2.5, 4.5, 10.5, 12.5]);
    expect(blockMean(twice, 4, 4)).toBe(twice);
  });

  test('of depth leave the backdrop out', () => {
    const depth = Float32Array.from([0, 0.9, 0, 0.95, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0.5]);
    const half = depthBlockMean(depth, 4, 2);
    [0.9, 0.95, 1, 0.5].forEach((expected, k) => {
      expect(half[k]).toBeCloseTo(expected, 6);
    });
    expect(depthBlockMean(new Float32Array(16), 4, 2)).toEqual(new Float32Array(4));
  });

  test('must divide the picture', () => {
    expect(() => blockMean(new Float32Array(16), 4, 3)).toThrow('resolution: expected a divisor of 4, got 3');
  });
});

describe('sweeps', () => {
  test('come by rising yaw, in our units', async () => {
    const sweeps = openSweeps(folder, 4);
    expect(sweeps.subjects).toEqual([3]);
    const { views } = await sweeps.load(3);
    expect(views.map(({ yaw }) => Math.round(degrees(yaw)))).toEqual([-20, 10]);
    const { image, mask, depth } = views[0]!;
    expect(image.data.length).toBe(48);
    // Planes, not pixels: red of pixel 5, then blue.
    expect(image.data[5]).toBeCloseTo((50 - 127.5) / 127.5, 6);
    expect(image.data[37]).toBeCloseTo((52 - 127.5) / 127.5, 6);
    expect([mask[4], mask[6]]).toEqual([0, 1]);
    expect(depth[4]).toBe(0);
    expect(depth[6]).toBeCloseTo(50_600 / 4000 / 14, 6);
  });

  test('shrink by blocks', async () => {
    const { views } = await openSweeps(folder, 2).load(3);
    expect(views[0]!.image.data[0]).toBeCloseTo((25 - 127.5) / 127.5, 6);
    expect([...views[0]!.mask]).toEqual([0, 1, 0, 1]);
    expect(views[0]!.depth[1]).toBeCloseTo(mean([2, 3, 6, 7].map((pixel) => depthSteps(pixel) / 56_000)), 6);
  });

  test('say what is missing', async () => {
    expect(() => openSweeps(join(folder, 'none'), 4)).toThrow(
      /^data: expected .*none.sweeps\.csv, found none$/,
    );
    await expect(openSweeps(folder, 4).load(9)).rejects.toThrow('expected subject 9, found none');
    await expect(openSweeps(folder, 3).load(3)).rejects.toThrow('resolution: expected a divisor of 4, got 3');
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'sweeps.csv'), 'subject,view\n0,0\n');
    expect(() => openSweeps(other, 4)).toThrow('expected a column yaw_deg, got subject,view');
    writeFileSync(join(other, 'sweeps.csv'), 'subject,view,yaw_deg\n0,0,left\n');
    expect(() => openSweeps(other, 4)).toThrow('expected numbers in yaw_deg, got "left"');
    writeFileSync(join(other, 'sweeps.csv'), 'subject,view,yaw_deg\n0,0,0\n');
    await expect(openSweeps(other, 4).load(0)).rejects.toMatchObject({ code: 'data' });
  });
});

describe('turntables', () => {
  test('hold pictures in the order of their names', async () => {
    const own = join(folder, 'turntables/a');
    mkdirSync(own, { recursive: true });
    for (const [name, value] of [
      ['10', 200],
      ['02', 100],
      ['00', 0],
    ] as const)
      await picture(3, () => value)
        .webp({ lossless: true })
        .toFile(join(own, `${name}.webp`));
    writeFileSync(join(own, 'notes.txt'), 'no picture');
    const turntables = await openTurntables(join(folder, 'turntables'), 2);
    expect(turntables.subjects).toEqual(['a']);
    const images = await turntables.load('a');
    expect(images.map(({ data }) => Math.round(data[0]! * 127.5 + 127.5))).toEqual([0, 100, 200]);
    expect(images[0]!.width).toBe(2);
  });

  test('say what is missing', async () => {
    await expect(openTurntables(join(folder, 'nowhere'), 4)).rejects.toThrow(/expected the folder/);
    mkdirSync(join(folder, 'empty/one'), { recursive: true });
    await expect(openTurntables(join(folder, 'empty/one'), 4)).rejects.toThrow(
      /expected a folder for each person/,
    );
    const turntables = await openTurntables(join(folder, 'empty'), 4);
    await expect(turntables.load('one')).rejects.toThrow('expected two or more pictures, found 0');
  });
});

describe.skipIf(!hasShared)(`the portraits${sharedReason}`, () => {
  test('sweeps: 16 people × 49 views, heads about the pivot, mask and depth as one', async () => {
    const sweeps = openSweeps(portraits(), 128);
    expect(sweeps.subjects.length).toBe(16);
    const { views } = await sweeps.load(5);
    expect(views.length).toBe(49);
    expect(views.map(({ yaw }) => Number(degrees(yaw).toFixed(6)))).toEqual(
      Array.from({ length: 49 }, (_, k) => k * 2.5 - 60),
    );
    for (const { mask, depth } of views) {
      const inside = depth.filter((value, k) => mask[k]! > 0.5 && value > 0);
      // A few pixels of the silhouette are covered by half and more, and have no depth.
      expect(mask.filter((coverage, k) => coverage > 0.5 && depth[k] === 0).length).toBeLessThan(30);
      expect(inside.length).toBeGreaterThan(3000);
      expect(Math.min(...inside)).toBeGreaterThan(0.85);
      expect(Math.max(...inside)).toBeLessThan(1.15);
      expect(depth.every((value, k) => mask[k]! > 0 || value === 0)).toBe(true);
    }
    // The nose, nearest to the camera, goes to the viewer's right with positive yaw.
    const nearest = ({ depth }: { depth: Float32Array }) => {
      const head = depth.slice(20 * 128, 90 * 128);
      return (
        head.reduce(
          (best, value, k) => (value > 0 && value < head[best]! ? k : best),
          head.findIndex((v) => v > 0),
        ) % 128
      );
    };
    expect(nearest(views[36]!)).toBeGreaterThan(nearest(views[24]!) + 5);
  });

  test('turntables: 120 people × 25 views', async () => {
    const turntables = await openTurntables(portraits('turntables'), 64);
    expect(turntables.subjects.length).toBe(120);
    const images = await turntables.load('017');
    expect(images.length).toBe(25);
    // Neighbours look more alike than the ends do.
    const alike = (a: number, b: number) => pearson(images[a]!.data, images[b]!.data);
    expect(alike(0, 1)).toBeGreaterThan(alike(0, 24) + 0.05);
  });

  test('renders: 4,000 people with yaw and pitch', async () => {
    const { renders, load } = openRenders(portraits(), 64);
    expect(renders.length).toBe(4000);
    expect(renders[0]!.yaw).toBeCloseTo(radians(31.861), 9);
    expect((await load(renders[0]!)).data.length).toBe(3 * 64 * 64);
  });
});
