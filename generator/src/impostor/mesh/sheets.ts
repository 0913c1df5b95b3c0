import { type Sheet, triangulate } from './contour.ts';
import type { Plate } from './plate.ts';
import { repairDepth } from './repair-depth.ts';
import { type Boundary, boundaryOf, rollOff, smoothRim } from './rim.ts';

/** What one view sees of a subject, as a sheet that ends on the silhouette. */
export interface Sheets {
  readonly sheet: Sheet;
  readonly boundary: Boundary;
  /** f32 [H,W], depth of the silhouette in the pixels that it runs through; NaN elsewhere. */
  readonly rim: Float32Array;
}

/** @param maxSlope depth over width: neighbours that differ by more belong to two surfaces */
export function liftSheets(plate: Plate, maxSlope: number): Sheets {
  const depth = repairDepth(plate, maxSlope);
  const step = maxSlope / plate.scale;
  const sheet = triangulate(plate, depth);
  const boundary = boundaryOf(sheet, plate.width, plate.height);
  rollOff(sheet, boundary, plate, depth, step);
  smoothRim(sheet, boundary, step);
  return { sheet, boundary, rim: rimDepthOf(plate, sheet, boundary) };
}

function rimDepthOf({ width, height }: Plate, { x, y, depth }: Sheet, { rim }: Boundary): Float32Array {
  const out = new Float32Array(width * height).fill(Number.NaN);
  for (const [v, flag] of rim.entries()) {
    if (!flag) continue;
    const column = Math.min(width - 1, Math.floor(x[v]!));
    const row = Math.min(height - 1, Math.floor(y[v]!));
    out[row * width + column] = depth[v]!;
  }
  return out;
}
