import type { LiftedMesh } from '../../../generator/src/impostor/mesh/index.ts';
import { drawMesh } from './mesh-raster.ts';
import { FOCAL, FRAME_HEIGHT, type SweepDepth } from './mesh-sweeps.ts';

type Point = readonly [number, number, number];

/** The true points of a frontal view, in metres about the pivot. */
export function truePoints({ depth, mask }: SweepDepth): Point[] {
  const distance = (FOCAL * FRAME_HEIGHT) / 2;
  const out: Point[] = [];
  for (const [i, d] of depth.data.entries()) {
    if (d === 0 || mask[i]! < 0.5) continue;
    const [u, v] = [(i % depth.width) + 0.5, Math.floor(i / depth.width) + 0.5];
    const half = depth.width / 2;
    out.push([
      ((u - half) / half / FOCAL) * d * distance,
      ((half - v) / half / FOCAL) * d * distance,
      (1 - d) * distance,
    ]);
  }
  return out;
}

/** From the crown to where the neck is narrowest, in metres at the pivot. */
export function headHeight({ mask, depth: { width, height } }: SweepDepth): number {
  const widths = Array.from(
    { length: height },
    (_, y) => mask.subarray(y * width, (y + 1) * width).filter((m) => m >= 0.5).length,
  );
  const top = widths.findIndex((w) => w > 0);
  let neck = Math.round(0.6 * height);
  for (let y = neck; y < height; y++) if (widths[y]! < widths[neck]!) neck = y;
  return ((neck - top) / height) * FRAME_HEIGHT;
}

/** Indices after vertices at one place are made one. */
export function weld({ positions, indices }: LiftedMesh): Uint32Array {
  const places = new Map<string, number>();
  return indices.map((v) => {
    const key = positions.subarray(3 * v, 3 * v + 3).join();
    if (!places.has(key)) places.set(key, v);
    return places.get(key)!;
  });
}

/** The longest edge, in metres; the least height of a triangle over its longest side; how many are below 0.05. */
export function shapes({ positions, indices }: LiftedMesh): {
  longest: number;
  thinnest: number;
  needles: number;
} {
  let [longest, thinnest, needles] = [0, Number.POSITIVE_INFINITY, 0];
  for (let k = 0; k < indices.length; k += 3) {
    const [a, b, c] = [0, 1, 2].map((e) => [
      ...positions.subarray(3 * indices[k + e]!, 3 * indices[k + e]! + 3),
    ]) as [number[], number[], number[]];
    const side = (p: number[], q: number[]): number => Math.hypot(...p.map((x, i) => x - q[i]!));
    const [s, t, r] = [side(a, b), side(b, c), side(c, a)].sort((p, q) => q - p) as [number, number, number];
    longest = Math.max(longest, s);
    // Heron; the height over the longest side, as a share of it.
    const h = (s + t + r) / 2;
    const area = Math.sqrt(Math.max(0, h * (h - s) * (h - t) * (h - r)));
    thinnest = Math.min(thinnest, (2 * area) / (s * s));
    if ((2 * area) / (s * s) < 0.05) needles++;
  }
  return { longest, thinnest, needles };
}

/** Mean distance from each point to the nearest of others, by a grid of cells. */
export function meanNearest(points: readonly Point[], others: readonly Point[], cell: number): number {
  const grid = new Map<string, Point[]>();
  const keyOf = (x: number, y: number, z: number): string => `${x},${y},${z}`;
  const cellOf = (p: Point): Point => [
    Math.floor(p[0] / cell),
    Math.floor(p[1] / cell),
    Math.floor(p[2] / cell),
  ];
  for (const p of others) {
    const key = keyOf(...cellOf(p));
    const list = grid.get(key);
    if (list) list.push(p);
    else grid.set(key, [p]);
  }
  let sum = 0;
  for (const p of points) {
    const [cx, cy, cz] = cellOf(p);
    let best = Number.POSITIVE_INFINITY;
    for (let reach = 0; reach < 50 && best > ((reach - 1) * cell) ** 2; reach++)
      for (let x = -reach; x <= reach; x++)
        for (let y = -reach; y <= reach; y++)
          for (let z = -reach; z <= reach; z++) {
            if (Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) !== reach) continue;
            for (const q of grid.get(keyOf(cx + x, cy + y, cz + z)) ?? [])
              best = Math.min(best, (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2);
          }
    sum += Math.sqrt(best);
  }
  return sum / points.length;
}

/** Points all over the mesh, about so far apart (metres). */
export function samples({ positions, indices }: LiftedMesh, apart: number): Point[] {
  const out: Point[] = [];
  const at = (v: number): Point => [positions[3 * v]!, positions[3 * v + 1]!, positions[3 * v + 2]!];
  for (let k = 0; k < indices.length; k += 3) {
    const [a, b, c] = [at(indices[k]!), at(indices[k + 1]!), at(indices[k + 2]!)];
    const longest = Math.max(
      ...[
        [a, b],
        [b, c],
        [c, a],
      ].map(([p, q]) => Math.hypot(p![0] - q![0], p![1] - q![1], p![2] - q![2])),
    );
    const n = Math.max(1, Math.ceil(longest / apart));
    for (let i = 0; i <= n; i++)
      for (let j = 0; j <= n - i; j++) {
        const [s, t] = [i / n, j / n];
        const mix = (axis: 0 | 1 | 2): number => (1 - s - t) * a[axis] + s * b[axis] + t * c[axis];
        out.push([mix(0), mix(1), mix(2)]);
      }
  }
  return out;
}

/** Samples of the mesh that the frontal camera sees: no part of the mesh lies before them. */
export function frontSamples(mesh: LiftedMesh, apart: number): Point[] {
  const size = 256;
  const { nearest } = drawMesh(mesh, { yaw: 0, size, focal: FOCAL, frameHeight: FRAME_HEIGHT });
  const distance = (FOCAL * FRAME_HEIGHT) / 2;
  return samples(mesh, apart).filter(([x, y, z]) => {
    const depth = (distance - z) / distance;
    const u = Math.floor(size / 2 + ((size / 2) * FOCAL * (x / distance)) / depth);
    const v = Math.floor(size / 2 - ((size / 2) * FOCAL * (y / distance)) / depth);
    return u >= 0 && v >= 0 && u < size && v < size && 1 / depth > nearest[v * size + u]! - 0.004;
  });
}

/** Intersection over union with a view's mask, drawn from its yaw (radians). */
export function silhouetteOverlap(mesh: LiftedMesh, { mask, depth }: SweepDepth, yaw = 0): number {
  const { image } = drawMesh(mesh, { yaw, size: depth.width, focal: FOCAL, frameHeight: FRAME_HEIGHT });
  let [both, either] = [0, 0];
  for (const [i, m] of mask.entries()) {
    const [drawn, wanted] = [image.data[4 * i + 3] === 255, m >= 0.5];
    if (drawn && wanted) both++;
    if (drawn || wanted) either++;
  }
  return both / either;
}

/** Share of corners whose normal is on the outer side of their triangle. */
export function facesOutwards({ positions, normals, indices }: LiftedMesh): number {
  let good = 0;
  for (let k = 0; k < indices.length; k += 3) {
    const [a, b, c] = [0, 1, 2].map((e) =>
      positions.subarray(3 * indices[k + e]!, 3 * indices[k + e]! + 3),
    ) as [Float32Array, Float32Array, Float32Array];
    const [u, v] = [b.map((x, i) => x - a[i]!), c.map((x, i) => x - a[i]!)] as [Float32Array, Float32Array];
    const face = [
      u[1]! * v[2]! - u[2]! * v[1]!,
      u[2]! * v[0]! - u[0]! * v[2]!,
      u[0]! * v[1]! - u[1]! * v[0]!,
    ];
    for (let e = 0; e < 3; e++)
      if (face.reduce((sum, n, i) => sum + n * normals[3 * indices[k + e]! + i]!, 0) > 0) good++;
  }
  return good / indices.length;
}
