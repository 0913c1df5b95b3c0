import { backShell, createPlate, LIFT_MESH_DEFAULTS, liftSheets } from '../mesh/index.ts';
import { toSubject } from '../view-camera.ts';
import type { SignedDistance } from './signed-distance.ts';
import type { SolidView, ViewField } from './view-field.ts';

/** Pixels that the back keeps from what some view sees: more than the band in which views are averaged. */
const ROOM = 6;

/** Pixels around a seen place from which the back keeps away as well. */
const REACH = 2;

/** Passes of means over those. */
const SMOOTH = 3;

/** Cosine below which a pixel's place is too uncertain to push the back. */
const LEAST_FACING = 0.3;

/**
 * A guess at the surface that no view sees: the shell behind one view (`backShell`), pushed back to where it hides nothing
 * that another sees from the side.
 * @param middle the view that the shell hangs behind, no larger than the mesher's grid
 */
export function unseenBack(
  middle: SolidView,
  fields: readonly ViewField[],
  own: ViewField,
  focal: number,
): SignedDistance {
  const { grid, maxSlope } = LIFT_MESH_DEFAULTS;
  const plate = createPlate(middle.image, middle.depth, focal, grid);
  const { width, height } = plate;
  const { rim } = liftSheets(plate, maxSlope);
  const rear = rearmost(fields, own);
  const room = ROOM * own.pixel;
  // Where other views see a surface behind the middle view's, the shell hangs from that.
  const held = Float32Array.from(rim, (depth, i) => (rear[i]! > plate.depth[i]! + room ? rear[i]! : depth));
  const shell = backShell(plate, held);
  const back = shell.map((depth, i) => Math.max(depth, largestAround(rear, width, height, i) + room));
  let smooth: Float32Array = back;
  for (let pass = 0; pass < SMOOTH; pass++) smooth = smoothed(smooth, width, height);
  return (x, y, z) => {
    const { column, row, depth } = own.camera.project(x, y, z);
    const i = cell(row, height) * width + cell(column, width);
    return Number.isNaN(smooth[i]!) ? Number.NEGATIVE_INFINITY : smooth[i]! - depth;
  };
}

const cell = (at: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(at)));

/**
 * Depth, from the middle view, of the last surface that any view sees along each of its pixels and that faces away from it; 0
 * where there is none.
 */
function rearmost(fields: readonly ViewField[], own: ViewField): Float32Array {
  const { width, height } = own.camera;
  const out = new Float32Array(width * height);
  const [x, y, z] = toSubject(own.camera.rotation, 0, 0, 1);
  for (const { camera, surface, normals } of fields)
    for (let row = 0; row < camera.height; row++)
      for (let column = 0; column < camera.width; column++) {
        const seen = surface(column + 0.5, row + 0.5);
        if (!seen || seen.facing < LEAST_FACING) continue;
        const n = 3 * (row * camera.width + column);
        if (normals[n]! * x + normals[n + 1]! * y + normals[n + 2]! * z > 0) continue;
        const at = own.camera.project(...camera.unproject(column + 0.5, row + 0.5, seen.depth));
        const [u, v] = [Math.floor(at.column), Math.floor(at.row)];
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        out[v * width + u] = Math.max(out[v * width + u]!, at.depth);
      }
  return out;
}

/** Calls for each pixel of the square about one. */
function around(i: number, width: number, height: number, visit: (j: number) => void): void {
  const x = i % width;
  const y = (i - x) / width;
  for (let v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v++)
    for (let u = Math.max(0, x - REACH); u <= Math.min(width - 1, x + REACH); u++) visit(v * width + u);
}

function largestAround(values: Float32Array, width: number, height: number, i: number): number {
  let most = 0;
  around(i, width, height, (j) => {
    if (values[j]! > most) most = values[j]!;
  });
  return most;
}

/** Means of the known around; the unknown within reach of them become known. */
function smoothed(values: Float32Array, width: number, height: number): Float32Array {
  return values.map((_, i) => {
    let [sum, count] = [0, 0];
    around(i, width, height, (j) => {
      if (Number.isNaN(values[j]!)) return;
      sum += values[j]!;
      count++;
    });
    return sum / count;
  });
}
