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
  const moving = Uint32Array.from({ length: count }, (_, v) => v).filter(free);
  const { first, ends } = neighbours(count, triangles);
  let [out, next] = [Float64Array.from(positions), Float64Array.from(positions)];
  for (let pass = 0; pass < passes; pass++)
    for (const step of steps) {
      for (const v of moving) {
        const [from, to] = [first[v]!, first[v + 1]!];
        if (from === to) continue;
        let [x, y, z] = [0, 0, 0];
        for (let k = from; k < to; k++) {
          const w = 3 * ends[k]!;
          x += out[w]!;
          y += out[w + 1]!;
          z += out[w + 2]!;
        }
        const [at, degree] = [3 * v, to - from];
        next[at] = out[at]! + step * (x / degree - out[at]!);
        next[at + 1] = out[at + 1]! + step * (y / degree - out[at + 1]!);
        next[at + 2] = out[at + 2]! + step * (z / degree - out[at + 2]!);
      }
      [out, next] = [next, out];
    }
  return out;
}

/** The other ends of each vertex' edges: of vertex v from `first[v]` to before `first[v + 1]`. */
function neighbours(count: number, triangles: Uint32Array): { first: Uint32Array; ends: Uint32Array } {
  const first = new Uint32Array(count + 1);
  for (const v of triangles) first[v + 1]! += 1;
  for (let v = 0; v < count; v++) first[v + 1]! += first[v]!;
  const [ends, at] = [new Uint32Array(triangles.length), first.slice()];
  for (let k = 0; k < triangles.length; k += 3)
    for (let e = 0; e < 3; e++)
      // Each edge is the first way round in one triangle and the second in the other: once for each end.
      ends[at[triangles[k + e]!]!++] = triangles[k + ((e + 1) % 3)]!;
  return { first, ends };
}
