import type { Surface } from './extract.ts';
import type { Sample } from './view-colours.ts';

/** Passes over the vertices: those of 8,000 triangles settle within two hundred. */
const PASSES = 200;

const RELAXATION = 1.7;

/** Weight above which a vertex keeps its colour: a view at 60° of it. */
const KEPT = 0.02;

/**
 * Colours for all vertices: those that are known, and between them the smoothest that go on from them (harmonic over the
 * surface): the back of a head takes the colour of the hair around it.
 * @returns f32, three a vertex, 0..255
 */
export function spreadColours({ positions, triangles }: Surface, known: readonly Sample[]): Float32Array {
  const links: Map<number, number>[] = known.map(() => new Map());
  const length = (v: number, w: number): number =>
    Math.hypot(...[0, 1, 2].map((axis) => positions[3 * v + axis]! - positions[3 * w + axis]!));
  for (let k = 0; k < triangles.length; k += 3)
    for (let e = 0; e < 3; e++) {
      const [v, w] = [triangles[k + e]!, triangles[k + ((e + 1) % 3)]!];
      const weight = 1 / Math.max(1e-9, length(v, w));
      links[v]!.set(w, weight);
      links[w]!.set(v, weight);
    }
  const sure = known.filter(({ weight }) => weight > KEPT);
  const mean = [0, 1, 2].map(
    (c) => sure.reduce((sum, { colour }) => sum + colour[c]!, 0) / Math.max(1, sure.length),
  );
  const out = new Float32Array(3 * known.length);
  for (const [v, { colour, weight }] of known.entries()) out.set(weight > KEPT ? colour : mean, 3 * v);
  const free = known.flatMap(({ weight }, v) => (weight > KEPT ? [] : [v]));
  for (let pass = 0; pass < PASSES; pass++)
    for (const v of free) {
      let total = 0;
      const sum = [0, 0, 0];
      for (const [w, weight] of links[v]!) {
        total += weight;
        for (let c = 0; c < 3; c++) sum[c]! += weight * out[3 * w + c]!;
      }
      if (total === 0) continue;
      for (let c = 0; c < 3; c++) out[3 * v + c]! += RELAXATION * (sum[c]! / total - out[3 * v + c]!);
    }
  return out;
}
