import type { Surface } from './extract.ts';

/** How a surface is smoothed (Taubin 1995). */
export interface Fairing {
  /** λ and μ: the second step takes back the shrinking of the first, or part of it. */
  readonly steps: readonly [number, number];
  /** Of both steps: they even out what is narrower than about √passes edges. */
  readonly passes: number;
}

/** @param free which vertices may move @returns the positions, a copy */
export function fair(
  { positions, triangles }: Surface,
  free: (vertex: number) => boolean,
  { steps, passes }: Fairing,
): Float64Array {
  const count = positions.length / 3;
  const sums = new Float64Array(positions.length);
  const degree = new Uint32Array(count);
  const moves = Uint8Array.from({ length: count }, (_, v) => (free(v) ? 1 : 0));
  for (let k = 0; k < triangles.length; k++) degree[triangles[k]!]! += 1;
  const out = Float64Array.from(positions);
  for (let pass = 0; pass < passes; pass++)
    for (const step of steps) {
      sums.fill(0);
      for (let k = 0; k < triangles.length; k += 3)
        for (let e = 0; e < 3; e++) {
          // Each edge is the first way round in one triangle and the second in the other: once for each end.
          const [v, w] = [triangles[k + e]!, triangles[k + ((e + 1) % 3)]!];
          for (let axis = 0; axis < 3; axis++) sums[3 * v + axis]! += out[3 * w + axis]!;
        }
      for (let v = 0; v < count; v++) {
        if (!moves[v] || degree[v] === 0) continue;
        for (let axis = 0; axis < 3; axis++) {
          const at = 3 * v + axis;
          out[at]! += step * (sums[at]! / degree[v]! - out[at]!);
        }
      }
    }
  return out;
}
