import type { Vector3, ViewAngles } from '@turnaround/plugin/asset';
import { type DepthMap, isDepth, type RgbaImage, toSubject, type ViewCamera } from '../impostor/index.ts';

/** A view to fuse: a cut-out and its depth, of one size. */
export interface DepthView extends ViewAngles {
  /** Straight alpha. */
  readonly image: RgbaImage;
  /** Distance along the optical axis, pivot at 1. */
  readonly depth: DepthMap;
}

/** A pixel lifted to its depth. */
export interface Surfel {
  readonly at: Vector3;
  /** Unit length, out of the surface. */
  readonly normal: Vector3;
  /** Cosine between the normal and the way to the camera: what is seen at a slant is known worse. */
  readonly facing: number;
  /** Pixel of the view. */
  readonly pixel: number;
}

export interface SurfelOptions {
  /** Every so many pixels along and down. */
  readonly stride: number;
  /** Least alpha, 0..1: pixels of the silhouette mix subject and backdrop. */
  readonly coverage: number;
  /** Least `facing`: depth that falls away faster is an edge between two surfaces, or as good as one. */
  readonly facing: number;
}

/** The pixels of a view that show a surface: covered, as are their neighbours, and not at a depth edge. */
export function surfelsOf(
  { image, depth }: DepthView,
  camera: ViewCamera,
  { stride, coverage, facing: least }: SurfelOptions,
): Surfel[] {
  const { width, height } = camera;
  const out: Surfel[] = [];
  const solid = (i: number): boolean => image.data[4 * i + 3]! >= 255 * coverage && isDepth(depth.data[i]!);
  const lift = (i: number) =>
    camera.unproject((i % width) + 0.5, Math.floor(i / width) + 0.5, depth.data[i]!);
  for (let row = 1; row < height - 1; row += stride)
    for (let column = 1; column < width - 1; column += stride) {
      const i = row * width + column;
      if (![i, i - 1, i + 1, i - width, i + width].every(solid)) continue;
      const at = lift(i);
      const across = difference(lift(i + 1), lift(i - 1));
      const up = difference(lift(i - width), lift(i + width));
      const normal = unit(cross(across, up));
      const facing = facingOf(normal, at, camera);
      if (facing >= least) out.push({ at, normal, facing, pixel: i });
    }
  return out;
}

/** Cosine between a surface's normal and the way from it to a camera. */
export function facingOf(normal: Vector3, at: Vector3, { rotation }: ViewCamera): number {
  return dot(normal, unit(difference(toSubject(rotation, 0, 0, 1), at)));
}

const difference = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vector3): Vector3 => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
