import type { Surface } from './extract.ts';

/** Passes over the vertices: those of 8,000 triangles settle within two hundred. */
const PASSES = 200;

const RELAXATION = 1.7;

/** Weight above which a vertex keeps its colour: a view at 60° of it. */
const KEPT = 0.02;

/** What is known of a surface's vertices. */
export interface SeenColours {
  /** f64, three a vertex, 0..255. */
  readonly colours: Float64Array;
  /** f64, one a vertex, 0..1: how much says so. */
  readonly weights: Float64Array;
}

/**
 * Colours for all vertices: those that are known, and between them the smoothest that go on from them (harmonic over the
 * surface): the back of a head takes the colour of the hair around it.
 * @returns f32, three a vertex, 0..255
 */
export function spreadColours(
  { positions, triangles }: Surface,
  { colours, weights }: SeenColours,
): Float32Array {
  const count = weights.length;
  const links = Array.from({ length: count }, () => new Map<number, number>());
  const along = (v: number, w: number, axis: number): number =>
    positions[3 * v + axis]! - positions[3 * w + axis]!;
  const length = (v: number, w: number): number => Math.hypot(along(v, w, 0), along(v, w, 1), along(v, w, 2));
  for (let k = 0; k < triangles.length; k += 3)
    for (let e = 0; e < 3; e++) {
      const [v, w] = [triangles[k + e]!, triangles[k + ((e + 1) % 3)]!];
      const weight = 1 / Math.max(1e-9, length(v, w));
      links[v]!.set(w, weight);
      links[w]!.set(v, weight);
    }
  const mean = [0, 0, 0];
  let sure = 0;
  for (let v = 0; v < count; v++) {
    if (weights[v]! <= KEPT) continue;
    sure++;
    for (let c = 0; c < 3; c++) mean[c]! += colours[3 * v + c]!;
  }
  const out = Float32Array.from(colours);
  const free = Uint32Array.from(weights.keys()).filter((v) => weights[v]! <= KEPT);
  for (const v of free) for (let c = 0; c < 3; c++) out[3 * v + c] = mean[c]! / Math.max(1, sure);
  const around = Array.from(free, (v) => ({
    ends: Uint32Array.from(links[v]!.keys()),
    shares: Float64Array.from(links[v]!.values()),
  }));
  for (let pass = 0; pass < PASSES; pass++)
    for (const [k, { ends, shares }] of around.entries()) {
      let [total, red, green, blue] = [0, 0, 0, 0];
      for (let e = 0; e < ends.length; e++) {
        const [share, w] = [shares[e]!, 3 * ends[e]!];
        total += share;
        red += share * out[w]!;
        green += share * out[w + 1]!;
        blue += share * out[w + 2]!;
      }
      if (total === 0) continue;
      const at = 3 * free[k]!;
      out[at]! += RELAXATION * (red / total - out[at]!);
      out[at + 1]! += RELAXATION * (green / total - out[at + 1]!);
      out[at + 2]! += RELAXATION * (blue / total - out[at + 2]!);
    }
  return out;
}
