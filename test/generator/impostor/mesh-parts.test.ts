import { describe, expect, it } from 'vitest';
import { triangulate } from '../../../generator/src/impostor/mesh/contour.ts';
import { denoiseDepth, noiseLevel } from '../../../generator/src/impostor/mesh/denoise-depth.ts';
import { improve } from '../../../generator/src/impostor/mesh/improve.ts';
import { localThickness } from '../../../generator/src/impostor/mesh/local-thickness.ts';
import { solveMembrane } from '../../../generator/src/impostor/mesh/membrane.ts';
import type { Plate } from '../../../generator/src/impostor/mesh/plate.ts';
import { repairDepth } from '../../../generator/src/impostor/mesh/repair-depth.ts';
import { openEdges } from '../../../generator/src/impostor/mesh/topology.ts';
import { noisy, randomNumbers } from './mesh-shapes.ts';

const size = 64;
const plate = (alpha: (x: number, y: number) => number, depth: (x: number, y: number) => number): Plate => {
  const each = (rule: (x: number, y: number) => number): Float32Array =>
    Float32Array.from({ length: size * size }, (_, i) => rule((i % size) + 0.5, Math.floor(i / size) + 0.5));
  return { width: size, height: size, alpha: each(alpha), depth: each(depth), scale: 300 };
};

describe('the contour', () => {
  const disc = (cx: number, cy: number, radius: number): Plate =>
    plate(
      (x, y) => Math.min(1, Math.max(0, 0.5 + (radius - Math.hypot(x - cx, y - cy)) / 3)),
      () => 1,
    );

  it('runs through alpha ½ to a twentieth of a pixel, wherever the grid lies', () => {
    const random = randomNumbers(3);
    for (let trial = 0; trial < 10; trial++) {
      const [cx, cy, radius] = [30 + 4 * random(), 30 + 4 * random(), 12 + 8 * random()];
      const one = disc(cx, cy, radius);
      const { x, y, triangles } = triangulate(one, one.depth);
      let area = 0;
      let [thinnest, farthest] = [1, 0];
      for (let k = 0; k < triangles.length; k += 3) {
        const [a, b, c] = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!];
        // Counter-clockwise to the eye: y points down.
        const twice = (x[c]! - x[a]!) * (y[b]! - y[a]!) - (x[b]! - x[a]!) * (y[c]! - y[a]!);
        const longest = Math.max(
          ...[
            [a, b],
            [b, c],
            [c, a],
          ].map(([p, q]) => Math.hypot(x[p!]! - x[q!]!, y[p!]! - y[q!]!)),
        );
        expect(twice).toBeGreaterThan(0);
        area += twice / 2;
        thinnest = Math.min(thinnest, twice / longest ** 2);
        for (const v of [a, b, c]) farthest = Math.max(farthest, Math.hypot(x[v]! - cx, y[v]! - cy));
      }
      expect(Math.abs(Math.sqrt(area / Math.PI) - radius)).toBeLessThan(0.05);
      expect(farthest).toBeLessThan(radius + 0.1);
      expect(thinnest).toBeGreaterThan(0.1);
    }
  });
});

describe('noise', () => {
  const slope = (x: number, y: number): number => 1 + 0.002 * x - 0.001 * y + (x > 32 ? 0.05 : 0);

  it('is measured beside slopes and edges', () => {
    const { depth } = plate(() => 1, slope);
    expect(noiseLevel(depth, size, size)).toBeLessThan(1e-6);
    const spoilt = noisy({ depth: { width: size, height: size, data: depth } }, 0.004).depth.data;
    expect(noiseLevel(spoilt, size, size)).toBeGreaterThan(0.0036);
    expect(noiseLevel(spoilt, size, size)).toBeLessThan(0.0044);
  });

  it('is taken out, edges are not, and clean depth is not touched', () => {
    const { depth, scale } = plate(() => 1, slope);
    expect(denoiseDepth(depth, size, size, scale)).toBe(depth);
    const spoilt = noisy({ depth: { width: size, height: size, data: depth } }, 0.004).depth.data;
    const clean = denoiseDepth(spoilt, size, size, scale);
    const errors = [...clean].map((value, i) => Math.abs(value - depth[i]!));
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(0.0012);
    const [left, right] = [clean[20 * size + 29]!, clean[20 * size + 34]!];
    expect(right - left).toBeGreaterThan(0.05);
  });
});

describe('repaired depth', () => {
  const radius = 22;
  const inside = (x: number, y: number): number => (Math.hypot(x - 32, y - 32) < radius ? 1 : 0);

  it('knows every pixel, forgets outliers and small pieces, and spans holes smoothly', () => {
    const given = plate(inside, (x, y) => {
      if (Math.hypot(x - 25, y - 30) < 4) return Number.NaN;
      if (Math.abs(x - 40.5) < 1 && Math.abs(y - 30.5) < 1) return 0.9;
      return Math.hypot(x - 32, y - 32) > radius - 1 ? 2.5 : 1 + 0.001 * (x - 32);
    });
    const depth = repairDepth(given, 4);
    for (let i = 0; i < depth.length; i++) {
      const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5];
      if (inside(x, y)) expect(Math.abs(depth[i]! - (1 + 0.001 * (x - 32)))).toBeLessThan(0.002);
      else expect(depth[i]).toBeGreaterThan(0.95);
    }
  });

  it('keeps a step between two surfaces where it is', () => {
    const given = plate(inside, (_, y) => (y < 30 ? 0.95 : 1.02));
    const depth = repairDepth(given, 4);
    expect(depth[29 * size + 32]).toBeCloseTo(0.95, 6);
    expect(depth[30 * size + 32]).toBeCloseTo(1.02, 6);
  });
});

describe('the back', () => {
  const mask = (rule: (x: number, y: number) => boolean) => ({
    width: size,
    height: size,
    data: Uint8Array.from({ length: size * size }, (_, i) => (rule(i % size, Math.floor(i / size)) ? 1 : 0)),
  });

  it('is a half sphere over a disc: 4h = r² − ρ²', () => {
    const disc = mask((x, y) => Math.hypot(x - 32, y - 32) < 20);
    const height = solveMembrane({
      ...{
        inside: disc.data,
        width: size,
        height: size,
        held: new Float32Array(size * size).fill(Number.NaN),
      },
      ...{ pressure: 1, leak: 0, clamped: true },
    });
    for (const distance of [0, 5, 10, 15])
      expect(
        Math.abs(Math.sqrt(4 * height[32 * size + 32 + distance]!) - Math.sqrt(400 - distance ** 2)),
      ).toBeLessThan(0.5);
  });

  it('spans held values without leaving their range', () => {
    const disc = mask((x, y) => Math.hypot(x - 32, y - 32) < 20);
    const held = new Float32Array(size * size).fill(Number.NaN);
    for (let i = 0; i < held.length; i++)
      if (Math.hypot((i % size) - 32, Math.floor(i / size) - 32) > 18.5)
        held[i] = 1 + 0.01 * ((i % size) - 32);
    const surface = solveMembrane({
      ...{ inside: disc.data, width: size, height: size, held },
      ...{ pressure: 0, leak: 0, clamped: false },
    });
    // A linear rim spans a plane.
    for (let x = 15; x < 50; x += 5) expect(surface[32 * size + x]).toBeCloseTo(1 + 0.01 * (x - 32), 3);
  });

  it('tells a head from its neck', () => {
    const thickness = localThickness(
      mask((x, y) => Math.hypot(x - 32, y - 20) < 16 || (Math.abs(x - 32) < 6 && y < 60 && y > 20)),
    );
    for (const [x, y] of [
      [32, 20],
      [22, 12],
      [40, 26],
    ] as const)
      expect(thickness[y * size + x]).toBeGreaterThan(14);
    for (const [x, y] of [
      [32, 50],
      [28, 54],
    ] as const) {
      expect(thickness[y * size + x]).toBeGreaterThan(4);
      expect(thickness[y * size + x]).toBeLessThan(8);
    }
    expect(thickness[0]).toBe(0);
  });
});

describe('needles', () => {
  it('go without opening the surface', () => {
    // An octahedron with a vertex very close to one of its corners, and one close to the middle of an edge.
    const positions = [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0, 0, -1],
      [0.98, 0.01, 0.01],
      [0.5, 0.499, 0.001],
    ];
    const faces = [
      [0, 2, 6],
      [2, 4, 6],
      [4, 0, 6],
      [2, 1, 4],
      [1, 3, 4],
      [3, 0, 4],
      [2, 7, 5],
      [2, 0, 7],
      [7, 0, 5],
      [1, 2, 5],
      [3, 1, 5],
      [0, 3, 5],
    ];
    const solid = {
      positions: positions.flat(),
      parts: positions.map(() => 'front' as const),
      triangles: faces.flat(),
    };
    const quality = (triangles: ArrayLike<number>): number => {
      let worst = 1;
      for (let k = 0; k < triangles.length; k += 3) {
        const [a, b, c] = [0, 1, 2].map((e) => positions[triangles[k + e]!]!) as [
          number[],
          number[],
          number[],
        ];
        const [u, v] = [b.map((p, i) => p - a[i]!), c.map((p, i) => p - a[i]!)] as [number[], number[]];
        const cross = [
          u[1]! * v[2]! - u[2]! * v[1]!,
          u[2]! * v[0]! - u[0]! * v[2]!,
          u[0]! * v[1]! - u[1]! * v[0]!,
        ];
        const longest = Math.max(
          Math.hypot(...u),
          Math.hypot(...v),
          Math.hypot(...b.map((p, i) => p - c[i]!)),
        );
        worst = Math.min(worst, Math.hypot(...cross) / longest ** 2);
      }
      return worst;
    };
    expect(openEdges(solid.triangles)).toEqual([]);
    expect(quality(solid.triangles)).toBeLessThan(0.03);
    const better = improve(solid, Uint32Array.from(solid.triangles));
    expect(openEdges(better)).toEqual([]);
    expect(quality(better)).toBeGreaterThan(0.08);
    expect(better.length).toBeLessThan(solid.triangles.length);
  });
});
