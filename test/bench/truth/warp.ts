/**
 * The inverse warp (paper, eq. 3) for judging: plain, float64, no gradients. Each pixel of the target goes out along
 * its ray to its depth, into the source's camera, and takes the colour that lies there.
 *
 * Camera space as in `plugin/src/asset/camera.ts`: +X right, +Y up, the camera at the origin looking along −Z, the
 * pivot at (0, 0, −1). Pixel (x, y) covers x..x+1: its centre lies at x + ½.
 */
import { type Matrix3, subjectToCamera, type Vector3 } from '@turnaround/plugin/asset';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';

/** A rigid motion: p' = rotation·p + translation, lengths in units of the camera's distance from the pivot. */
export interface Motion {
  readonly rotation: Matrix3;
  readonly translation: Vector3;
}

/** A point's motion from one camera into another that differs by this yaw (radians) about the pivot. */
export function orbit(yaw: number): Motion {
  const rotation = subjectToCamera(yaw);
  // c − R·c for the pivot c = (0, 0, −1).
  return { rotation, translation: [rotation[0][2], rotation[1][2], rotation[2][2] - 1] };
}

/** Radians, below which a turn's series ends at its first term. */
const TINY_ANGLE = 1e-6;

/** The motion of six numbers: axis times angle (radians), then translation. */
export function motionOfPose(pose: ArrayLike<number>): Motion {
  const [x, y, z, ...translation] = Array.from(pose) as [number, number, number, number, number, number];
  const angle = Math.hypot(x, y, z);
  // Rodrigues: R = cos·1 + sin/θ·[ω] + (1 − cos)/θ²·ωωᵀ, with the limits where θ² would vanish.
  const cos = Math.cos(angle);
  const sine = angle > TINY_ANGLE ? Math.sin(angle) / angle : 1;
  const rest = angle > TINY_ANGLE ? (1 - cos) / angle ** 2 : 0.5;
  const rotation: Matrix3 = [
    [cos + rest * x * x, rest * x * y - sine * z, rest * x * z + sine * y],
    [rest * x * y + sine * z, cos + rest * y * y, rest * y * z - sine * x],
    [rest * x * z - sine * y, rest * y * z + sine * x, cos + rest * z * z],
  ];
  return { rotation, translation };
}

export interface Warp {
  /** f32 [3,H,W]: the source as the target's camera would see it. Beyond the source's border the border goes on. */
  readonly image: RgbImage;
  /** f64 [H,W]: where each of the target's pixels lies in the source, in pixels. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** f64 [H,W]: its distance along the source's optical axis. */
  readonly depth: Float64Array;
}

/** Points nearer to the source's camera than this are held there: what a wild prediction puts behind it. */
const NEAREST = 1e-3;

/**
 * Warps a source into the target's camera by the target's depth and any rigid motion.
 *
 * @param image          the source, f32 [3,H,W]
 * @param depthOfTarget  f32 [H,W], distance along the optical axis, the pivot at 1; 0 (backdrop) counts as 1
 * @param toSource       takes a point in the target's camera to the source's
 * @param focal          focal length in half-widths
 */
export function warpByMotion(
  image: RgbImage,
  depthOfTarget: ArrayLike<number>,
  toSource: Motion,
  focal: number,
): Warp {
  const { width, height } = image;
  const size = width * height;
  if (depthOfTarget.length !== size)
    throw new TruthError(
      'prediction',
      `warp: expected depth [${height},${width}], got ${depthOfTarget.length} numbers`,
    );
  const { rotation, translation } = toSource;
  const half = width / 2;
  const x = new Float64Array(size);
  const y = new Float64Array(size);
  const depth = new Float64Array(size);
  const at = (row: number, px: number, py: number, pz: number) =>
    rotation[row]![0] * px + rotation[row]![1] * py + rotation[row]![2] * pz + translation[row]!;
  for (let k = 0; k < size; k++) {
    const d = depthOfTarget[k] || 1;
    const px = (((k % width) + 0.5 - half) / half / focal) * d;
    const py = (-(Math.floor(k / width) + 0.5 - height / 2) / half / focal) * d;
    const distance = Math.max(NEAREST, -at(2, px, py, -d));
    x[k] = half + (half * focal * at(0, px, py, -d)) / distance;
    y[k] = height / 2 - (half * focal * at(1, px, py, -d)) / distance;
    depth[k] = distance;
  }
  const data = new Float32Array(3 * size);
  for (let c = 0; c < 3; c++)
    data.set(sampleAt(image.data.subarray(c * size, (c + 1) * size), width, height, x, y), c * size);
  return { image: { width, height, data }, x, y, depth };
}

/**
 * Warps a source into the camera of a target that sees the same subject turned by another yaw.
 *
 * @param image               the source, f32 [3,H,W]
 * @param depthOfTarget       f32 [H,W], distance along the optical axis, the pivot at 1; 0 (backdrop) counts as 1
 * @param yawTargetToSource   radians: the source's yaw less the target's
 * @param focal               focal length in half-widths
 */
export function warpByDepth(
  image: RgbImage,
  depthOfTarget: ArrayLike<number>,
  yawTargetToSource: number,
  focal: number,
): Warp {
  return warpByMotion(image, depthOfTarget, orbit(yawTargetToSource), focal);
}

/**
 * A plane at places between its pixels, bilinear; beyond the border the border goes on.
 *
 * @param plane  [H,W]
 * @param x, y   in pixels, centres at halves
 * @returns f32, as many as places
 */
export function sampleAt(
  plane: ArrayLike<number>,
  width: number,
  height: number,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(x.length);
  for (let k = 0; k < out.length; k++) {
    const u = Math.min(width - 1, Math.max(0, x[k]! - 0.5));
    const v = Math.min(height - 1, Math.max(0, y[k]! - 0.5));
    const left = Math.min(Math.floor(u), width - 2);
    const top = Math.min(Math.floor(v), height - 2);
    const [a, b] = [u - left, v - top];
    const at = top * width + left;
    out[k] =
      (1 - b) * ((1 - a) * plane[at]! + a * plane[at + 1]!) +
      b * ((1 - a) * plane[at + width]! + a * plane[at + width + 1]!);
  }
  return out;
}

export interface Visibility {
  /** Target's and source's coverage, f32 [H,W], 0..1. */
  readonly targetMask: ArrayLike<number>;
  readonly sourceMask: ArrayLike<number>;
  /** f32 [H,W], 0 where there is no subject. */
  readonly sourceDepth: ArrayLike<number>;
  /** How far behind the source's own surface a point may lie, in units of the camera's distance. */
  readonly tolerance: number;
}

/** Of calibration.md: a quarter of a head's relief. */
export const OCCLUSION_TOLERANCE = 0.025;

/**
 * Which of the target's pixels the source shows: in the target's mask, in the source's frame and mask, and not behind
 * the source's own surface.
 *
 * @returns 1 or 0 for each pixel, [H,W]
 */
export function visiblePixels(warp: Warp, visibility: Visibility): Uint8Array {
  const { targetMask, sourceMask, sourceDepth, tolerance } = visibility;
  const { width, height } = warp.image;
  const covered = sampleAt(sourceMask, width, height, warp.x, warp.y);
  return Uint8Array.from(covered, (coverage, k) => {
    const [x, y] = [warp.x[k]!, warp.y[k]!];
    if (!(targetMask[k]! > 0.5 && coverage > 0.5 && x >= 0 && x <= width && y >= 0 && y <= height)) return 0;
    // The nearest pixel, for the mean of a near and a far surface is neither.
    const column = Math.min(width - 1, Math.floor(x));
    const row = Math.min(height - 1, Math.floor(y));
    return warp.depth[k]! < sourceDepth[row * width + column]! + tolerance ? 1 : 0;
  });
}
