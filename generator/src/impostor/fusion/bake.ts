import type { RgbaImage } from '../image.ts';
import type { Surface } from './extract.ts';
import { type SeenColours, spreadColours } from './spread-colours.ts';
import { GUTTER, type Unwrapped } from './unwrap.ts';
import { type ViewColours, viewColours } from './view-colours.ts';
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
  const { positions } = surface;
  const colourAt = viewColours(views);
  const seen = seenColours(surface, normals, colourAt);
  const guessed = spreadColours(surface, seen);
  const data = new Uint8ClampedArray(4 * width * height);
  const colour = new Float64Array(3);
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!];
    const [p, q, r] = [3 * sources[a]!, 3 * sources[b]!, 3 * sources[c]!];
    eachTexel([a, b, c], texels, width, height, (at, u, v) => {
      const w = 1 - u - v;
      const mix = (array: ArrayLike<number>, axis: number): number =>
        u * array[p + axis]! + v * array[q + axis]! + w * array[r + axis]!;
      const [nx, ny, nz] = [mix(normals, 0), mix(normals, 1), mix(normals, 2)];
      const length = Math.hypot(nx, ny, nz) || 1;
      const [x, y, z] = [mix(positions, 0), mix(positions, 1), mix(positions, 2)];
      const sure = Math.min(1, colourAt(x, y, z, nx / length, ny / length, nz / length, colour) / SURE);
      for (let channel = 0; channel < 3; channel++)
        data[4 * at + channel] = sure * colour[channel]! + (1 - sure) * mix(guessed, channel);
      data[4 * at + 3] = 255;
    });
  }
  return { width, height, data: continued(data, width, height) };
}

/** What views see of each vertex. */
function seenColours({ positions }: Surface, normals: ArrayLike<number>, colourAt: ViewColours): SeenColours {
  const count = positions.length / 3;
  const seen = { colours: new Float64Array(3 * count), weights: new Float64Array(count) };
  for (let v = 0, at = 0; v < count; v++, at += 3)
    seen.weights[v] = colourAt(
      positions[at]!,
      positions[at + 1]!,
      positions[at + 2]!,
      normals[at]!,
      normals[at + 1]!,
      normals[at + 2]!,
      seen.colours.subarray(at, at + 3),
    );
  return seen;
}

/** Calls for each texel whose middle lies in a triangle, with the shares of its first two corners. */
function eachTexel(
  [a, b, c]: readonly [number, number, number],
  texels: Float32Array,
  width: number,
  height: number,
  paint: (at: number, u: number, v: number) => void,
): void {
  const [ax, ay] = [texels[2 * a]!, texels[2 * a + 1]!];
  const [bx, by] = [texels[2 * b]!, texels[2 * b + 1]!];
  const [cx, cy] = [texels[2 * c]!, texels[2 * c + 1]!];
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
      paint(row * width + column, u, v);
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
