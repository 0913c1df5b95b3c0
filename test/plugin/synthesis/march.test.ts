import { radians, subjectToCamera } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  extendDepth,
  MARCH_QUALITIES,
  type StoredView,
  storeView,
  synthesizeView,
  type TargetCamera,
} from '../../../plugin/src/synthesis/index.ts';
import { cubicWeights } from '../../../plugin/src/synthesis/sample.ts';
import { FOCAL } from '../../bench/truth/pictures.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

const SIDE = 64;
const GREY = 0.5;

/** The ellipsoid's picture as a character stores it: straight alpha, 0..1. */
function drawn(yaw: number, side = SIDE): Float32Array {
  const { image, mask } = ellipsoidView(1, radians(yaw), side);
  const rgba = new Float32Array(4 * side * side);
  for (let k = 0; k < side * side; k++) {
    const alpha = mask[k]!;
    rgba[4 * k + 3] = alpha;
    // The picture is over a backdrop of .18.
    for (let c = 0; c < 3 && alpha > 0; c++)
      rgba[4 * k + c] = ((image.data[c * side * side + k]! - (1 - alpha) * 0.18) / alpha + 1) / 2;
  }
  return rgba;
}

const stored = (yaw: number): StoredView =>
  storeView({
    width: SIDE,
    height: SIDE,
    rgba: drawn(yaw),
    depth: ellipsoidView(1, radians(yaw), SIDE).depth,
    yaw: radians(yaw),
    focal: FOCAL,
  });

const camera = (yaw: number, pitch = 0, distance = 1): TargetCamera => ({
  rotation: subjectToCamera(radians(yaw), radians(pitch)),
  distance,
  focal: FOCAL,
});

/** Premultiplied pictures over grey. */
function psnr(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < a.length; k += 4) {
    if (a[k + 3] === 0 && b[k + 3] === 0) continue;
    for (let c = 0; c < 3; c++, count++)
      sum += (a[k + c]! + (1 - a[k + 3]!) * GREY - b[k + c]! - (1 - b[k + 3]!) * GREY) ** 2;
  }
  return -10 * Math.log10(sum / count);
}

const truth = (yaw: number): Float32Array => {
  const rgba = drawn(yaw);
  return rgba.map((value, k) => (k % 4 === 3 ? value : value * rgba[k - (k % 4) + 3]!));
};

const between = (yaw: number, low: number, high: number): Float32Array => {
  const weight = (yaw - low) / (high - low);
  return synthesizeView(
    [
      { view: stored(low), weight: 1 - weight },
      { view: stored(high), weight },
    ],
    camera(yaw),
    SIDE,
  );
};

describe('a view between stored views', () => {
  it('is a stored view where the camera stands there', () => {
    expect(psnr(between(10, 10, 30), truth(10))).toBeGreaterThan(40);
    expect(
      psnr(synthesizeView([{ view: stored(10), weight: 1 }], camera(10), SIDE), truth(10)),
    ).toBeGreaterThan(40);
  });

  it('is near to the truth half-way, and far nearer than a cross-fade or the nearest view', () => {
    const real = truth(0);
    const [left, right] = [truth(-10), truth(10)];
    const fade = left.map((value, k) => (value + right[k]!) / 2);
    const own = psnr(between(0, -10, 10), real);
    expect(own).toBeGreaterThan(34);
    expect(own - psnr(fade, real)).toBeGreaterThan(8);
    expect(own - psnr(left, real)).toBeGreaterThan(8);
  });

  it('covers as much as the subject does, and its rims in part', () => {
    const alpha = (rgba: Float32Array): number[] =>
      Array.from({ length: SIDE * SIDE }, (_, k) => rgba[4 * k + 3]!);
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
    const [own, real] = [alpha(between(0, -15, 15)), alpha(truth(0))];
    expect(sum(own) / sum(real)).toBeGreaterThan(0.98);
    expect(sum(own) / sum(real)).toBeLessThan(1.02);
    const partly = (values: number[]): number => values.filter((a) => a > 0.1 && a < 0.9).length;
    expect(partly(own)).toBeGreaterThan(0.5 * partly(real));
  });

  it('shrinks as the camera goes away', () => {
    const pair = [
      { view: stored(-10), weight: 0.5 },
      { view: stored(10), weight: 0.5 },
    ];
    const area = (distance: number): number => {
      const rgba = synthesizeView(pair, camera(0, 0, distance), SIDE);
      return rgba.reduce((sum, value, k) => (k % 4 === 3 ? sum + value : sum), 0);
    };
    // A sphere of r at D covers (r ÷ D)² to within (r ÷ D)².
    expect(area(2) / area(1)).toBeGreaterThan(0.24);
    expect(area(2) / area(1)).toBeLessThan(0.26);
  });

  it('ends where no picture shows anything, and is drawn where one of them does', () => {
    // A wall across the whole picture, as shoulders are that its edge cuts.
    const wall = (yaw: number): StoredView =>
      storeView({
        width: SIDE,
        height: SIDE,
        rgba: new Float32Array(4 * SIDE * SIDE).fill(1),
        depth: new Float32Array(SIDE * SIDE).fill(1),
        yaw: radians(yaw),
        focal: FOCAL,
      });
    const wide = { ...camera(0), focal: FOCAL / 2 };
    const alphas = (views: readonly [yaw: number, weight: number][], target: TargetCamera): number[] => {
      const chosen = views.map(([yaw, weight]) => ({ view: wall(yaw), weight }));
      const picture = synthesizeView(chosen, target, SIDE);
      return Array.from({ length: SIDE }, (_, x) => picture[4 * ((SIDE / 2) * SIDE + x) + 3]!);
    };
    alphas([[0, 1]], wide).forEach((alpha, x) => {
      const within = SIDE / 4 - Math.abs(x + 0.5 - SIDE / 2);
      if (Math.abs(within) > 1) expect(alpha, `column ${x}`).toBe(within > 0 ? 1 : 0);
    });
    // Half-way, each picture's right and left edge lies within the other's.
    const [one, both] = [
      alphas([[-20, 1]], wide),
      alphas(
        [
          [-20, 0.5],
          [20, 0.5],
        ],
        wide,
      ),
    ];
    const drawnOf = (row: number[]): number => row.filter((alpha) => alpha > 0.5).length;
    expect(drawnOf(both)).toBeGreaterThan(0);
    for (const [x, alpha] of one.entries())
      if (alpha > 0.5 && one[SIDE - 1 - x]! > 0.5) expect(both[x], `column ${x}`).toBeGreaterThan(0.5);
  });

  it('hangs nothing in the air about a head that is seen from above or below', () => {
    const pair = [-10, 10].map((yaw) => ({ view: stored(yaw), weight: 0.5 }));
    for (const pitch of [-25, -12, 12, 25])
      for (const quality of ['high', 'low'] as const) {
        const rgba = synthesizeView(pair, camera(0, pitch), SIDE, MARCH_QUALITIES[quality]);
        const { mask } = ellipsoidView(1, 0, SIDE, 3, radians(pitch));
        const near = (k: number): boolean => {
          for (let dy = -2; dy <= 2; dy++)
            for (let dx = -2; dx <= 2; dx++) if (mask[k + dy * SIDE + dx]) return true;
          return false;
        };
        let [outside, whole] = [0, 0];
        for (let k = 0; k < SIDE * SIDE; k++) {
          whole += mask[k]!;
          if (!near(k)) outside += rgba[4 * k + 3]!;
        }
        expect(outside / whole).toBeLessThan(0.003);
      }
  });

  it('is a premultiplied colour wherever one stands', () => {
    const pair = [-15, 15].map((yaw) => ({ view: stored(yaw), weight: 0.5 }));
    const angle = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(angle, angle, fc.double({ min: 0.8, max: 3, noNaN: true }), (yaw, pitch, distance) => {
        const rgba = synthesizeView(pair, camera(yaw, pitch, distance), 12);
        for (let k = 0; k < rgba.length; k += 4) {
          const alpha = rgba[k + 3]!;
          expect(alpha).toBeGreaterThanOrEqual(0);
          expect(alpha).toBeLessThanOrEqual(1);
          // Bicubic colours may go past what is stored.
          for (let c = 0; c < 3; c++) expect(Math.abs(rgba[k + c]! - alpha / 2)).toBeLessThanOrEqual(0.75);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is read between pixels', () => {
  it('weighs as Catmull and Rom do', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (t) => {
        const weights = cubicWeights(t);
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        // A ramp stays a ramp.
        expect(weights.reduce((sum, weight, k) => sum + weight * (k - 1), 0)).toBeCloseTo(t, 12);
      }),
    );
  });

  it('extends depth by rings, and touches nothing that is known', () => {
    const depth = new Float32Array(81);
    depth[40] = 0.9;
    const extended = extendDepth(depth, 9, 9);
    expect(extended[40]).toBeCloseTo(0.9, 6);
    expect(extended[10]).toBeCloseTo(0.9, 6);
    expect(extended[0]).toBe(2);
    const edge = Float32Array.from({ length: 16 }, (_, k) =>
      k % 4 < 2 ? 1 + k / 100 : Number.POSITIVE_INFINITY,
    );
    const known = extendDepth(edge, 4, 4);
    for (let k = 0; k < 16; k++) if (k % 4 < 2) expect(known[k]).toBe(edge[k]);
    expect(known[2]).toBeCloseTo((edge[1]! + edge[5]!) / 2, 6);
  });
});
