import type { PointCloud } from './point-cloud.ts';

/** A point on its way into a cloud. */
export interface CloudPoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly normal: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
  /** Its share in the mean of its cell. */
  readonly weight: number;
}

/** Cells to each side of the origin that have keys of their own. */
const REACH = 2 ** 16;
/** x, y, z, normal, colour, weight. */
const SUMS = 10;

/**
 * One point a cell of a grid: the weighted mean of those that lie in it. Points of several views of one surface become
 * one, and dense places as dense as the others.
 * @param cell side of a cell
 */
export function thin(points: Iterable<CloudPoint>, cell: number): PointCloud {
  const cells = new Map<number, Float64Array>();
  for (const { x, y, z, normal, colour, weight } of points) {
    const [i, j, k] = [x, y, z].map((at) => Math.floor(at / cell) + REACH) as [number, number, number];
    const key = (i * 2 * REACH + j) * 2 * REACH + k;
    let sums = cells.get(key);
    if (!sums) {
      sums = new Float64Array(SUMS);
      cells.set(key, sums);
    }
    for (const [n, value] of [x, y, z, ...normal, ...colour].entries()) sums[n]! += weight * value;
    sums[SUMS - 1]! += weight;
  }
  const count = cells.size;
  const positions = new Float32Array(3 * count);
  const normals = new Float32Array(3 * count);
  const colours = new Uint8Array(3 * count);
  let at = 0;
  for (const sums of cells.values()) {
    const weight = sums[SUMS - 1]!;
    const length = Math.hypot(sums[3]!, sums[4]!, sums[5]!) || 1;
    for (let axis = 0; axis < 3; axis++) {
      positions[at + axis] = sums[axis]! / weight;
      normals[at + axis] = sums[3 + axis]! / length;
      colours[at + axis] = Math.round(sums[6 + axis]! / weight);
    }
    at += 3;
  }
  return { count, positions, normals, colours };
}
