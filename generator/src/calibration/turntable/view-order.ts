import type { SweepSet } from '../sweep-set.ts';

/** Pixels of a side at which views are compared: what turns moves by more than that. */
const SIDE = 16;

/** Starts from which the nearest views are followed; the shortest paths are then improved. */
const IMPROVED = 4;

/** What the looks of views say about their order. */
export interface ViewOrder {
  /** Views along the shortest path through all looks, in the direction that agrees better with the order given. */
  readonly path: readonly number[];
  /** Length of the order given ÷ that of the path; 1 where the pictures stand in the order of a turn. */
  readonly ratio: number;
}

/**
 * Compares the order of a subject's views with the one in which neighbours look most alike. A turn changes looks
 * little from view to view; in any other order there are jumps.
 */
export function checkViewOrder(set: SweepSet): ViewOrder {
  const looks = Array.from({ length: set.views }, (_, view) => lookOf(set, view));
  const distances = looks.map((a) => looks.map((b) => distance(a, b)));
  const given = looks.map((_, k) => k);
  const starts = given
    .map((start) => nearestPath(distances, start))
    .sort((a, b) => pathLength(distances, a) - pathLength(distances, b))
    .slice(0, IMPROVED);
  const path = [given, ...starts]
    .map((start) => untangle(distances, start))
    .reduce((a, b) => (pathLength(distances, b) < pathLength(distances, a) - 1e-9 ? b : a));
  const agreement = path.reduce((sum, view, k) => sum + view * (k - (path.length - 1) / 2), 0);
  const shortest = pathLength(distances, path);
  return {
    path: agreement < 0 ? path.toReversed() : path,
    // Pictures that are all alike stand in any order.
    ratio: shortest > 0 ? pathLength(distances, given) / shortest : 1,
  };
}

/** A view as means of blocks, with its mask as a fourth channel: f32 [4·16²], 0..255. */
function lookOf({ side, images, masks }: SweepSet, view: number): Float32Array {
  const out = new Float32Array(4 * SIDE * SIDE);
  const block = side / SIDE;
  for (let c = 0; c < 4; c++)
    for (let i = 0; i < side * side; i++) {
      const cell = Math.floor(Math.floor(i / side) / block) * SIDE + Math.floor((i % side) / block);
      const value = c < 3 ? images[(view * 3 + c) * side * side + i]! : masks[view * side * side + i]!;
      out[c * SIDE * SIDE + cell]! += value / block ** 2;
    }
  return out;
}

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);

type Distances = readonly (readonly number[])[];

const pathLength = (distances: Distances, path: readonly number[]): number =>
  path.slice(1).reduce((sum, view, k) => sum + distances[path[k]!]![view]!, 0);

/** Always on to the nearest view that is left. */
function nearestPath(distances: Distances, start: number): number[] {
  const path = [start];
  const left = new Set(distances.keys());
  left.delete(start);
  while (left.size > 0) {
    const row = distances[path.at(-1)!]!;
    const next = [...left].reduce((a, b) => (row[b]! < row[a]! ? b : a));
    path.push(next);
    left.delete(next);
  }
  return path;
}

/** Turns stretches round and moves single views while that shortens the path (2-opt and or-opt). */
function untangle(distances: Distances, start: readonly number[]): number[] {
  let path = [...start];
  let length = pathLength(distances, path);
  for (let improved = true; improved; ) {
    improved = false;
    for (let i = 0; i < path.length; i++)
      for (let j = 0; j < path.length; j++) {
        if (i === j) continue;
        const rest = path.toSpliced(i, 1);
        const moved = rest.toSpliced(j, 0, path[i]!);
        const turned =
          i < j ? [...path.slice(0, i), ...path.slice(i, j + 1).reverse(), ...path.slice(j + 1)] : moved;
        for (const candidate of [moved, turned]) {
          const shorter = pathLength(distances, candidate);
          if (shorter < length - 1e-9) {
            [path, length, improved] = [candidate, shorter, true];
          }
        }
      }
  }
  return path;
}
