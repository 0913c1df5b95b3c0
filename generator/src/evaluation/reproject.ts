/**
 * Views of one subject seen through each other by depth and yaw (paper, eq. 3), in plain float64: what measures a warp is not
 * the graph that learned by it. Cameras as in `plugin/asset`; pixel (x, y) covers x..x+1, so its centre lies at x + ½.
 */
import { subjectToCamera } from '@turnaround/plugin/asset';
import { EvaluationError } from './errors.ts';
import { MASK_THRESHOLD, type Picture } from './picture.ts';

/** A view with its geometry. */
export interface DepthView {
  /** f32 [C,H,W] */
  readonly picture: Picture;
  /** f32 [H,W], distance along the optical axis, the pivot at 1 */
  readonly depth: ArrayLike<number>;
  /** f32 [H,W], coverage 0..1 */
  readonly mask: ArrayLike<number>;
  /** Radians, positive to the viewer's right. */
  readonly yaw: number;
}

/** What one view looks like from another's camera. */
export interface Reprojected {
  readonly picture: Picture;
  /** u8 [H,W]: 1 where a pixel of the subject is seen in the other view: in its frame, in its mask, not hidden there. */
  readonly seen: Uint8Array;
  /** Mean distance between such a pixel and where the way there and back again, by both depths, ends: pixels. NaN where
   *  none is seen. */
  readonly roundTrip: number;
}

/** How far behind the other view's surface a point may lie: a quarter of a head's relief. */
export const OCCLUSION_TOLERANCE = 0.025;

/** Points nearer to a camera are held there. */
const NEAREST = 1e-3;

type Point = readonly [x: number, y: number, distance: number];

/** Takes a pixel at a distance into the camera of another yaw. @param turn that view's yaw less this one's, radians */
function projection(width: number, height: number, focal: number, turn: number) {
  const rotation = subjectToCamera(turn);
  const half = width / 2;
  const scale = half * focal;
  return (x: number, y: number, distance: number): Point => {
    const px = ((x - half) / scale) * distance;
    const py = (-(y - height / 2) / scale) * distance;
    // About the pivot, which stands at distance 1.
    const pz = 1 - distance;
    const [qx, qy, qz] = rotation.map((row) => row[0] * px + row[1] * py + row[2] * pz) as [
      number,
      number,
      number,
    ];
    const to = Math.max(NEAREST, 1 - qz);
    return [half + (scale * qx) / to, height / 2 - (scale * qy) / to, to];
  };
}

/** Bilinear reading of a plane of `values` from `base` on; beyond the border the border goes on. */
function sample(
  values: ArrayLike<number>,
  base: number,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const u = Math.min(width - 1, Math.max(0, x - 0.5));
  const v = Math.min(height - 1, Math.max(0, y - 0.5));
  const [left, top] = [Math.min(Math.floor(u), width - 2), Math.min(Math.floor(v), height - 2)];
  const [a, b] = [u - left, v - top];
  const at = base + top * width + left;
  return (
    (1 - b) * ((1 - a) * values[at]! + a * values[at + 1]!) +
    b * ((1 - a) * values[at + width]! + a * values[at + width + 1]!)
  );
}

/**
 * Shows view `from` as the camera of view `to` would see it, by `to`'s depth and both yaws.
 *
 * @param focal  focal length in half-widths
 * @throws EvaluationError where sizes differ
 */
export function reproject(from: DepthView, to: DepthView, focal: number): Reprojected {
  const { width, height, data } = from.picture;
  const size = width * height;
  for (const [name, list] of Object.entries({
    'depth to': to.depth,
    'depth from': from.depth,
    mask: to.mask,
    'mask from': from.mask,
  }))
    if (list.length !== size)
      throw new EvaluationError(
        `reproject: expected ${name} [${height},${width}], got ${list.length} numbers`,
      );
  const there = projection(width, height, focal, from.yaw - to.yaw);
  const back = projection(width, height, focal, to.yaw - from.yaw);
  const out = new Float32Array(data.length);
  const seen = new Uint8Array(size);
  let [away, count] = [0, 0];
  for (let k = 0; k < size; k++) {
    const [column, row] = [(k % width) + 0.5, Math.floor(k / width) + 0.5];
    const [x, y, distance] = there(column, row, to.depth[k]!);
    for (let base = 0; base < data.length; base += size)
      out[base + k] = sample(data, base, width, height, x, y);
    if (!(to.mask[k]! > MASK_THRESHOLD) || x < 0 || x > width || y < 0 || y > height) continue;
    if (!(sample(from.mask, 0, width, height, x, y) > MASK_THRESHOLD)) continue;
    const surface = sample(from.depth, 0, width, height, x, y);
    if (distance > surface + OCCLUSION_TOLERANCE) continue;
    seen[k] = 1;
    const [endX, endY] = back(x, y, surface);
    away += Math.hypot(endX - column, endY - row);
    count++;
  }
  return { picture: { width, height, data: out }, seen, roundTrip: away / count };
}
