import type { Vector3 } from '@turnaround/plugin/asset';
import type { RgbaImage } from '../image.ts';
import type { Surface } from './extract.ts';
import { spreadColours } from './spread-colours.ts';
import { GUTTER, type Unwrapped } from './unwrap.ts';
import { viewColour } from './view-colours.ts';
import type { ViewField } from './view-field.ts';

/** Weight from which what views see needs nothing of what is guessed: one of them at 50°. */
const SURE = 0.07;

/**
 * Paints a surface's texture: each texel by the views that see its place, and where none does by what colours around go on
 * as (`spreadColours`).
 * @param normals three a vertex of the surface, of unit length
 * @returns opaque
 */
export function bakeTexture(
  surface: Surface,
  normals: ArrayLike<number>,
  { sources, texels, triangles, width, height }: Unwrapped,
  views: readonly ViewField[],
): RgbaImage {
  const triple = (array: ArrayLike<number>, v: number): Vector3 => [
    array[3 * v]!,
    array[3 * v + 1]!,
    array[3 * v + 2]!,
  ];
  const count = surface.positions.length / 3;
  const seen = Array.from({ length: count }, (_, v) =>
    viewColour(views, triple(surface.positions, v), triple(normals, v)),
  );
  const guessed = spreadColours(surface, seen);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let k = 0; k < triangles.length; k += 3) {
    const corners = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!] as const;
    const own = corners.map((v) => sources[v]!) as [number, number, number];
    const mix = (array: ArrayLike<number>, weights: Vector3): Vector3 => {
      const along = (axis: number): number =>
        own.reduce((sum, v, e) => sum + weights[e]! * array[3 * v + axis]!, 0);
      return [along(0), along(1), along(2)];
    };
    for (const { column, row, weights } of texelsOf(corners, texels, width, height)) {
      const [nx, ny, nz] = mix(normals, weights);
      const length = Math.hypot(nx, ny, nz) || 1;
      const sample = viewColour(views, mix(surface.positions, weights), [
        nx / length,
        ny / length,
        nz / length,
      ]);
      const sure = Math.min(1, sample.weight / SURE);
      const around = mix(guessed, weights);
      const at = 4 * (row * width + column);
      for (let c = 0; c < 3; c++) data[at + c] = sure * sample.colour[c]! + (1 - sure) * around[c]!;
      data[at + 3] = 255;
    }
  }
  return { width, height, data: continued(data, width, height) };
}

interface Texel {
  readonly column: number;
  readonly row: number;
  /** Of the corners. */
  readonly weights: Vector3;
}

/** The texels whose middles lie in a triangle. */
function* texelsOf(
  [a, b, c]: readonly [number, number, number],
  texels: Float32Array,
  width: number,
  height: number,
): Generator<Texel> {
  const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((v) => [texels[2 * v]!, texels[2 * v + 1]!]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return;
  const [left, right] = [Math.floor(Math.min(ax, bx, cx)), Math.ceil(Math.max(ax, bx, cx))];
  const [top, bottom] = [Math.floor(Math.min(ay, by, cy)), Math.ceil(Math.max(ay, by, cy))];
  for (let row = Math.max(0, top); row < Math.min(height, bottom); row++)
    for (let column = Math.max(0, left); column < Math.min(width, right); column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      const u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
      const v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
      if (u < 0 || v < 0 || u + v > 1) continue;
      yield { column, row, weights: [u, v, 1 - u - v] };
    }
}

/** Colours of texels that no triangle covers: the mean of the known ones beside them, ring by ring, and of all beyond. */
function continued(data: Uint8ClampedArray, width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  let current = Uint8ClampedArray.from(data);
  for (let ring = 0; ring < GUTTER + 1; ring++) {
    const next = Uint8ClampedArray.from(current);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x);
        if (current[at + 3]) continue;
        const sum = [0, 0, 0, 0];
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) {
            if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
            const j = at + 4 * (dy * width + dx);
            if (!current[j + 3]) continue;
            for (let c = 0; c < 3; c++) sum[c]! += current[j + c]!;
            sum[3]!++;
          }
        if (sum[3] === 0) continue;
        for (let c = 0; c < 3; c++) next[at + c] = sum[c]! / sum[3]!;
        next[at + 3] = 255;
      }
    current = next;
  }
  const mean = [0, 0, 0];
  let known = 0;
  for (let at = 0; at < current.length; at += 4) {
    if (!current[at + 3]) continue;
    for (let c = 0; c < 3; c++) mean[c]! += current[at + c]!;
    known++;
  }
  for (let at = 0; at < current.length; at += 4) {
    if (current[at + 3]) continue;
    for (let c = 0; c < 3; c++) current[at + c] = mean[c]! / Math.max(1, known);
    current[at + 3] = 255;
  }
  return current;
}
