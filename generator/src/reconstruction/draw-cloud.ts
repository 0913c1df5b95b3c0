import type { ViewAngles } from '@turnaround/plugin/asset';
import type { RgbaImage } from '../impostor/index.ts';
import { toSubject, viewCamera } from '../impostor/index.ts';
import type { PointCloud } from './point-cloud.ts';

export interface DrawCloudOptions {
  /** Pixels of a side. */
  readonly side: number;
  /** Half-widths, as in the pictures that the cloud is made of. */
  readonly focal: number;
  /** Width of a point in the cloud's units; at least one pixel is drawn. */
  readonly size: number;
  /** The points' own colours, or grey lit by their normals: shape without what is painted on it. */
  readonly shading: 'colour' | 'normals';
}

/** Of the light, in the camera's axes: from the upper left, towards the viewer. */
const LIGHT = [-0.45, 0.55, 0.7] as const;
const LIGHT_LENGTH = Math.hypot(...LIGHT);

/** A cloud as it is seen from some angles: each point a square that hides those behind it. Transparent elsewhere. */
export function drawCloud(
  cloud: PointCloud,
  angles: ViewAngles,
  { side, focal, size, shading }: DrawCloudOptions,
): RgbaImage {
  const camera = viewCamera(angles, { width: side, height: side, focal });
  const light = toSubject(camera.rotation, ...LIGHT);
  const eye = toSubject(camera.rotation, 0, 0, 1);
  const nearest = new Float32Array(side * side).fill(Number.POSITIVE_INFINITY);
  const data = new Uint8ClampedArray(4 * side * side);
  const { positions, normals, colours } = cloud;
  const triple = (array: ArrayLike<number>, k: number): readonly [number, number, number] => [
    array[3 * k]!,
    array[3 * k + 1]!,
    array[3 * k + 2]!,
  ];
  for (let k = 0; k < cloud.count; k++) {
    const at = triple(positions, k);
    const normal = triple(normals, k);
    // Surfaces are seen from outside only: the far side of a head is no part of its picture.
    if (dot(normal, eye) - dot(normal, at) < 0) continue;
    const { column, row, depth } = camera.project(...at);
    if (!(depth > 0)) continue;
    const width = Math.max(1, (size * focal * side) / 2 / depth);
    const shade = (0.35 + 0.65 * Math.max(0, dot(normal, light) / LIGHT_LENGTH)) * 235;
    const colour = shading === 'colour' ? triple(colours, k) : ([shade, shade, shade] as const);
    const [left, top] = [Math.round(column - width / 2), Math.round(row - width / 2)];
    const span = Math.round(width);
    for (let y = Math.max(0, top); y < Math.min(side, top + span); y++)
      for (let x = Math.max(0, left); x < Math.min(side, left + span); x++) {
        const i = y * side + x;
        if (depth >= nearest[i]!) continue;
        nearest[i] = depth;
        data.set(colour, 4 * i);
        data[4 * i + 3] = 255;
      }
  }
  return { width: side, height: side, data };
}

const dot = (a: readonly [number, number, number], b: readonly [number, number, number]): number =>
  a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
