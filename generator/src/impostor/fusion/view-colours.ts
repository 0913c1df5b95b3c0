import type { Vector3 } from '@turnaround/plugin/asset';
import { toSubject } from '../view-camera.ts';
import type { ViewField } from './view-field.ts';

/** A colour, 0..255, and how much views say for it: 1 where one looks straight at the place. */
export interface Sample {
  readonly colour: Vector3;
  readonly weight: number;
}

/** Pixels that a view's surface may lie off a place that it shows: a simplified surface cuts corners. */
const TOLERANCE = 4;

/** Of the weight: views that look straight at a place say how it looks; their mean with those at a slant would blur it. */
const FACING_POWER = 6;

/** Pixels from the silhouette over which a view comes to count: its edge is mixed with the backdrop. */
const RIM = 2;

/** The colour that views see at a place of a surface; weight 0 where none does. @param normal of unit length, outwards */
export function viewColour(views: readonly ViewField[], at: Vector3, normal: Vector3): Sample {
  const colour: [number, number, number] = [0, 0, 0];
  let weights = 0;
  for (const { camera, look, image, pixel, silhouette, surface } of views) {
    const place = look(...at);
    if (!place) continue;
    const { column, row, depth } = place;
    const inside = Math.min(1, (silhouette(column, row) - 0.5) / RIM);
    if (inside <= 0) continue;
    const eye = toSubject(camera.rotation, 0, 0, 1);
    const way = [eye[0] - at[0], eye[1] - at[1], eye[2] - at[2]] as const;
    const facing = (normal[0] * way[0] + normal[1] * way[1] + normal[2] * way[2]) / Math.hypot(...way);
    if (facing <= 0) continue;
    const seen = surface(column, row);
    if (!seen || Math.abs(seen.depth - depth) > TOLERANCE * pixel) continue;
    const weight = inside * facing ** FACING_POWER;
    addBilinear(colour, weight, image, column, row);
    weights += weight;
  }
  if (weights === 0) return { colour, weight: 0 };
  return {
    colour: [colour[0] / weights, colour[1] / weights, colour[2] / weights],
    weight: Math.min(1, weights),
  };
}

/** Adds a picture's colour between pixels' middles, by coverage: what is transparent has no colour. */
function addBilinear(
  into: [number, number, number],
  weight: number,
  { width, height, data }: ViewField['image'],
  column: number,
  row: number,
): void {
  const x = Math.min(width - 1.001, Math.max(0, column - 0.5));
  const y = Math.min(height - 1.001, Math.max(0, row - 0.5));
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const sum = [0, 0, 0];
  let covered = 0;
  for (const [i, share] of [
    [top * width + left, (1 - u) * (1 - v)],
    [top * width + left + 1, u * (1 - v)],
    [(top + 1) * width + left, (1 - u) * v],
    [(top + 1) * width + left + 1, u * v],
  ] as const) {
    const alpha = share * data[4 * i + 3]!;
    covered += alpha;
    for (let c = 0; c < 3; c++) sum[c]! += alpha * data[4 * i + c]!;
  }
  for (let c = 0; c < 3; c++) into[c]! += (weight * sum[c]!) / (covered || 1);
}
