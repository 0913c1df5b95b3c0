import type { Vector3 } from '@turnaround/plugin/asset';
import type { CharacterView } from '../character.ts';
import { type DepthMap, isDepth } from '../depth/index.ts';
import type { RgbaImage } from '../image.ts';
import { distanceTo, maskOf } from '../matte/mask.ts';
import { type Projection, toSubject, type ViewCamera, viewCamera } from '../view-camera.ts';

/** A view with depth. */
export type SolidView = Required<CharacterView>;

/** What one view says about points of space. Lengths in units of the camera's distance, as its camera's. */
export interface ViewField {
  readonly camera: ViewCamera;
  readonly image: RgbaImage;
  /**
   * Where a point is seen; null beside and above the frame. Below, where it cuts subjects off, they go on as its last row says.
   */
  look(x: number, y: number, z: number): Projection | null;
  /** Width of a pixel at the pivot. */
  readonly pixel: number;
  /** f32 [H,W]: pixels to the silhouette, above 0 inside; the frame is none. */
  readonly outline: Float32Array;
  /** [H,W]: 1 where there is a surface. */
  readonly inside: Uint8Array;
  /** f32 [H,W]: its depth. */
  readonly depth: Float32Array;
  /** f32 [H,W]: the cosine at which it is seen, 0 at edges. */
  readonly facing: Float32Array;
  /** Depths that differ by more are of two surfaces. */
  readonly step: number;
  /** f32 [H,W,3]: out of the surface, of unit length, in the subject's axes; 0 where a neighbour is missing. */
  readonly normals: Float32Array;
  /** Depth, on one surface between pixels, and the cosine at which it is seen; null where there is none. */
  surface(column: number, row: number): Seen | null;
}

export interface Seen {
  readonly depth: number;
  /** 0..1; small at edges between surfaces too. */
  readonly facing: number;
}

/** Depth over width: neighbours that differ by more are two surfaces, one before the other. 76°. */
const STEEPEST = 4;

/** What a view says. @param focal half-widths @param alpha ½ is the subject's edge */
export function viewField({ yaw, pitch, image, depth }: SolidView, focal: number): ViewField {
  const { width, height, data } = image;
  const camera = viewCamera({ yaw, pitch }, { width, height, focal });
  const pixel = 2 / (focal * width);
  const inside = maskOf(width, height, (i) => data[4 * i + 3]! >= 128 && isDepth(depth.data[i]!));
  const distance = signedDistance(image, inside.data);
  const normals = surfaceNormals(depth, inside.data, camera);
  const facing = facings(normals, depth, camera);
  const step = STEEPEST * pixel;
  return {
    camera,
    image,
    pixel,
    outline: distance,
    inside: inside.data,
    depth: depth.data,
    facing,
    step,
    normals,
    look(x, y, z) {
      const at = camera.project(x, y, z);
      if (at.column < 0 || at.row < 0 || at.column >= width) return null;
      return at.row < height ? at : { ...at, row: height - 0.5 };
    },
    surface(column, row) {
      const i = nearest(row, height) * width + nearest(column, width);
      if (!inside.data[i]) return null;
      return {
        depth: depthAt(depth.data, inside.data, width, height, column, row, step),
        facing: facing[i]!,
      };
    },
  };
}

/** A camera's numbers for loops that make no objects: its rotation row by row, then pixels a unit at distance 1. */
export const cameraNumbers = ({ rotation, focal, width }: ViewCamera): Float64Array =>
  Float64Array.of(...rotation[0], ...rotation[1], ...rotation[2], (focal * width) / 2);

const nearest = (at: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(at)));

/** Pixels to where alpha passes ½: by alpha within the pixel of the edge, by distance beyond. */
function signedDistance({ width, height, data }: RgbaImage, inside: Uint8Array): Float32Array {
  const toOutside = distanceTo(maskOf(width, height, (i) => !inside[i]));
  const toInside = distanceTo(maskOf(width, height, (i) => inside[i]!));
  return toOutside.map((out, i) => {
    const alpha = data[4 * i + 3]! / 255 - 0.5;
    if (inside[i]) return out > 1 ? out - 0.5 : Math.max(0, alpha);
    return toInside[i]! > 1 ? 0.5 - toInside[i]! : Math.min(0, alpha);
  });
}

/** By central differences. */
function surfaceNormals({ data }: DepthMap, inside: Uint8Array, camera: ViewCamera): Float32Array {
  const { width, height } = camera;
  const out = new Float32Array(3 * data.length);
  const lift = (i: number): Vector3 =>
    camera.unproject((i % width) + 0.5, Math.floor(i / width) + 0.5, data[i]!);
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++) {
      const i = row * width + column;
      if (!(inside[i] && inside[i - 1] && inside[i + 1] && inside[i - width] && inside[i + width])) continue;
      const [a, b, c, d] = [lift(i + 1), lift(i - 1), lift(i - width), lift(i + width)] as const;
      const [ux, uy, uz] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
      const [vx, vy, vz] = [c[0] - d[0], c[1] - d[1], c[2] - d[2]];
      const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx] as const;
      const length = Math.hypot(...normal) || 1;
      for (let axis = 0; axis < 3; axis++) out[3 * i + axis] = normal[axis]! / length;
    }
  return out;
}

/** Cosine between the normal and the way to the camera. */
function facings(normals: Float32Array, { data }: DepthMap, camera: ViewCamera): Float32Array {
  const eye = toSubject(camera.rotation, 0, 0, 1);
  return data.map((depth, i) => {
    const at = camera.unproject((i % camera.width) + 0.5, Math.floor(i / camera.width) + 0.5, depth);
    const way = [eye[0] - at[0], eye[1] - at[1], eye[2] - at[2]] as const;
    const dot = normals[3 * i]! * way[0] + normals[3 * i + 1]! * way[1] + normals[3 * i + 2]! * way[2];
    return dot > 0 ? dot / Math.hypot(...way) : 0;
  });
}

/** A map's value at a place between pixels' middles. @param column from the left edge, as `row` from the upper one */
export function bilinear(
  values: Float32Array,
  width: number,
  height: number,
  column: number,
  row: number,
): number {
  const x = Math.min(width - 1, Math.max(0, column - 0.5));
  const y = Math.min(height - 1, Math.max(0, row - 0.5));
  const left = Math.min(width - 2, Math.floor(x));
  const top = Math.min(height - 2, Math.floor(y));
  const u = x - left;
  const v = y - top;
  const i = top * width + left;
  return (
    (1 - v) * ((1 - u) * values[i]! + u * values[i + 1]!) +
    v * ((1 - u) * values[i + width]! + u * values[i + width + 1]!)
  );
}

/** Depth at a place: bilinear where the four pixels around are one surface, else the nearest pixel's. */
export function depthAt(
  data: Float32Array,
  inside: Uint8Array,
  width: number,
  height: number,
  column: number,
  row: number,
  step: number,
): number {
  const own = data[nearest(row, height) * width + nearest(column, width)]!;
  const left = Math.min(width - 2, Math.max(0, Math.floor(column - 0.5)));
  const top = Math.min(height - 2, Math.max(0, Math.floor(row - 0.5)));
  const i = top * width + left;
  const one =
    same(data, inside, i, own, step) &&
    same(data, inside, i + 1, own, step) &&
    same(data, inside, i + width, own, step) &&
    same(data, inside, i + width + 1, own, step);
  return one ? bilinear(data, width, height, column, row) : own;
}

const same = (data: Float32Array, inside: Uint8Array, i: number, own: number, step: number): boolean =>
  inside[i] === 1 && Math.abs(data[i]! - own) <= step;
