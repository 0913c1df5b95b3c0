import { describe, expect, it } from 'vitest';
import {
  BACKGROUND,
  type DepthMap,
  isDepth,
  type RgbaImage,
  raiseDepth,
} from '../../../generator/src/impostor/index.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { type SweepDepth, sweepDepth } from './mesh-sweeps.ts';

/** A picture from a rule of the pixel. */
function picture(
  size: number,
  rule: (x: number, y: number) => readonly [number, number, number, number],
): RgbaImage {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let i = 0; i < size * size; i++) data.set(rule(i % size, Math.floor(i / size)), 4 * i);
  return { width: size, height: size, data };
}

const map = (size: number, rule: (x: number, y: number) => number): DepthMap => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: size * size }, (_, i) => rule(i % size, Math.floor(i / size))),
});

describe('raiseDepth', () => {
  it('keeps a slope: pixel centres stay where they were', () => {
    const guide = picture(32, () => [90, 120, 60, 255]);
    // Depth at the middle of the small pixel, which is 4 large ones wide.
    const small = map(8, (x, y) => 1 + 0.0008 * (4 * x + 1.5) - 0.0004 * (4 * y + 1.5));
    const { data } = raiseDepth(small, guide);
    for (let y = 4; y < 28; y++)
      for (let x = 4; x < 28; x++)
        expect(Math.abs(data[32 * y + x]! - (1 + 0.0008 * x - 0.0004 * y))).toBeLessThan(2e-4);
  });

  it('puts an edge where the picture has it, with nothing between the surfaces', () => {
    // A bright wall before a dark one; its edge runs through the small pixels, which hold the mean there.
    const edge = (y: number): number => 13 + Math.floor(y / 5);
    const guide = picture(32, (x, y) => (x < edge(y) ? [220, 200, 180, 255] : [40, 50, 60, 255]));
    const small = map(8, (x, y) => {
      let sum = 0;
      for (let k = 0; k < 16; k++) sum += 4 * x + (k % 4) < edge(4 * y + (k >> 2)) ? 0.95 : 1.05;
      return sum / 16;
    });
    const { data } = raiseDepth(small, guide);
    for (let y = 0; y < 32; y++)
      for (let x = 0; x < 32; x++)
        expect(Math.abs(data[32 * y + x]! - (x < edge(y) ? 0.95 : 1.05)), `${x}, ${y}`).toBeLessThan(0.015);
  });

  it('reads nothing of the backdrop, and leaves it without depth', () => {
    const guide = picture(16, (x) => [100, 100, 100, x < 9 ? 255 : 0]);
    const { data } = raiseDepth(
      map(4, (x) => (x < 2 ? 0.97 : 5)),
      guide,
    );
    for (let i = 0; i < 256; i++) {
      const x = i % 16;
      if (x < 8) expect(data[i]).toBeCloseTo(0.97, 6);
      if (x > 8) expect(data[i]).toBe(BACKGROUND);
    }
  });

  it('leaves depth of the picture’s size as it is, cut to the subject', () => {
    const guide = picture(4, (x) => [0, 0, 0, x < 2 ? 128 : 127]);
    const given = map(4, (x, y) => 1 + 0.01 * x + 0.001 * y);
    for (const [i, value] of raiseDepth(given, guide).data.entries())
      expect(value).toBe(i % 4 < 2 ? given.data[i] : BACKGROUND);
  });

  it('refuses depth larger than the picture', () => {
    const guide = picture(4, () => [0, 0, 0, 255]);
    expect(() =>
      raiseDepth(
        map(8, () => 1),
        guide,
      ),
    ).toThrow(/at most 4×4, got 8×8/);
  });
});

/** The mean of the subject's depth in blocks of 2×2, as a network of half the size would have it. */
function halved({ depth, mask }: SweepDepth): DepthMap {
  return map(64, (x, y) => {
    const known = [0, 1, 128, 129]
      .map((step) => 256 * y + 2 * x + step)
      .filter((i) => mask[i]! >= 0.5 && isDepth(depth.data[i]!))
      .map((i) => depth.data[i]!);
    return known.length > 0 ? known.reduce((sum, value) => sum + value) / known.length : 1.04;
  });
}

/** The small map read bilinearly. */
function bilinear({ data }: DepthMap): Float32Array {
  const read = (x: number, y: number): number =>
    data[64 * Math.min(63, Math.max(0, y)) + Math.min(63, Math.max(0, x))]!;
  return Float32Array.from({ length: 128 * 128 }, (_, i) => {
    const [u, v] = [((i % 128) - 0.5) / 2, (Math.floor(i / 128) - 0.5) / 2];
    const [x, y] = [Math.floor(u), Math.floor(v)];
    const upper = read(x, y) * (x + 1 - u) + read(x + 1, y) * (u - x);
    const lower = read(x, y + 1) * (x + 1 - u) + read(x + 1, y + 1) * (u - x);
    return upper * (y + 1 - v) + lower * (v - y);
  });
}

/** Root mean square error in the mask, and the share of pixels 4e-3 or more from any true depth around them. */
function judge(found: Float32Array, { depth, mask }: SweepDepth): { rms: number; stray: number } {
  const inside = (i: number): boolean => mask[i]! >= 0.5 && isDepth(depth.data[i]!);
  let [sum, stray, count] = [0, 0, 0];
  for (let i = 129; i < 128 * 128 - 129; i++) {
    if (!inside(i)) continue;
    sum += (found[i]! - depth.data[i]!) ** 2;
    const around = [-129, -128, -127, -1, 0, 1, 127, 128, 129].map((step) => i + step).filter(inside);
    if (Math.min(...around.map((k) => Math.abs(found[i]! - depth.data[k]!))) > 4e-3) stray++;
    count++;
  }
  return { rms: Math.sqrt(sum / count), stray: stray / count };
}

describe.skipIf(!hasShared)(`raised from half the size, against the truth${sharedReason}`, () => {
  it('is nearer than bilinear, with half as much between surfaces', async () => {
    const [own, plain] = [
      { rms: 0, stray: 0 },
      { rms: 0, stray: 0 },
    ];
    for (const subject of [0, 2, 8])
      for (const yaw of [0, 40]) {
        const view = await sweepDepth(subject, yaw);
        const small = halved(view);
        for (const [sum, found] of [
          [own, raiseDepth(small, view.image).data],
          [plain, bilinear(small)],
        ] as const) {
          const { rms, stray } = judge(found, view);
          sum.rms += rms;
          sum.stray += stray;
        }
      }
    expect(own.rms).toBeLessThan(0.9 * plain.rms);
    expect(own.stray).toBeLessThan(0.5 * plain.stray);
  });
});
