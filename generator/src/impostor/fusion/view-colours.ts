import { bilinear, cameraNumbers, depthAt, type ViewField } from './view-field.ts';

/**
 * Colours that views see at a place of a surface, whose normal is of unit length, outwards.
 * @param into takes red, green and blue, 0..255; 0 where no view sees it
 * @returns how much views say for it: 0 where none sees it, 1 where one looks straight at it
 */
export type ViewColours = (
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  into: Float64Array,
) => number;

/** Pixels that a view's surface may lie off a place that it shows: a simplified surface cuts corners. */
const TOLERANCE = 4;

/** Of the weight: views that look straight at a place say how it looks; their mean with those at a slant would blur it. */
const FACING_POWER = 6;

/** Pixels from the silhouette over which a view comes to count: its edge is mixed with the backdrop. */
const RIM = 2;

/** What views see of a surface. */
export function viewColours(views: readonly ViewField[]): ViewColours {
  const cameras = views.map(({ camera }) => cameraNumbers(camera));
  // Called for every texel: no objects are made here.
  return (x, y, z, nx, ny, nz, into) => {
    into.fill(0);
    let weights = 0;
    for (let k = 0; k < views.length; k++) {
      const view = views[k]!;
      const m = cameras[k]!;
      const { width, height } = view.camera;
      // The camera stands at distance 1, backward of the pivot.
      const [wx, wy, wz] = [m[6]! - x, m[7]! - y, m[8]! - z];
      const along = nx * wx + ny * wy + nz * wz;
      if (along <= 0) continue;
      const depth = 1 - (m[6]! * x + m[7]! * y + m[8]! * z);
      const scale = m[9]! / depth;
      const column = width / 2 + scale * (m[0]! * x + m[1]! * y + m[2]! * z);
      let row = height / 2 - scale * (m[3]! * x + m[4]! * y + m[5]! * z);
      // As `look` has it.
      if (column < 0 || row < 0 || column >= width) continue;
      if (row >= height) row = height - 0.5;
      const inside = Math.min(1, (bilinear(view.outline, width, height, column, row) - 0.5) / RIM);
      if (inside <= 0 || view.inside[Math.floor(row) * width + Math.floor(column)] === 0) continue;
      const seen = depthAt(view.depth, view.inside, width, height, column, row, view.step);
      if (Math.abs(seen - depth) > TOLERANCE * view.pixel) continue;
      const weight = inside * (along / Math.hypot(wx, wy, wz)) ** FACING_POWER;
      addBilinear(into, weight, view.image, column, row);
      weights += weight;
    }
    if (weights === 0) return 0;
    for (let c = 0; c < 3; c++) into[c]! /= weights;
    return Math.min(1, weights);
  };
}

/** Adds a picture's colour between pixels' middles, by coverage: what is transparent has no colour. */
function addBilinear(
  into: Float64Array,
  weight: number,
  { width, height, data }: ViewField['image'],
  column: number,
  row: number,
): void {
  const x = Math.min(width - 1.001, Math.max(0, column - 0.5));
  const y = Math.min(height - 1.001, Math.max(0, row - 0.5));
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const i = 4 * (top * width + left);
  const below = i + 4 * width;
  const a = (1 - u) * (1 - v) * data[i + 3]!;
  const b = u * (1 - v) * data[i + 7]!;
  const c = (1 - u) * v * data[below + 3]!;
  const d = u * v * data[below + 7]!;
  const covered = a + b + c + d || 1;
  for (let k = 0; k < 3; k++)
    into[k]! +=
      (weight * (a * data[i + k]! + b * data[i + 4 + k]! + c * data[below + k]! + d * data[below + 4 + k]!)) /
      covered;
}
