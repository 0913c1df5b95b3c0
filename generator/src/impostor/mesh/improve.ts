import { cross, dot, length, minus, type Vector } from '../vectors.ts';
import type { Solid } from './solid.ts';

/** Height over longest side below which a triangle is a needle. */
const NEEDLE = 0.08;

/** A needle has a short side if that is below this share of its longest. */
const SHORT = 0.3;

/** Most passes over the mesh; each may free what the one before blocked, and a dozen usually do. */
const PASSES = 40;

/** Cosine between normals below which a change counts as a fold. */
const FOLD = 0.3;

type Triangle = readonly [number, number, number];

/**
 * Takes needles out of a closed surface: one with a short side loses it (edge collapse), a flat one without has its
 * longest side flipped. A change is made only where the surface stays closed, nothing folds over and the worst
 * triangle around gets better. A simplifier that minimises distance does not see needles, and lit they show as cracks.
 * @returns triangles of the same vertices, no more than before
 */
export function improve(solid: Solid, triangles: Uint32Array): Uint32Array {
  let current = triangles;
  for (let pass = 0; pass < PASSES; pass++) {
    const next = onePass(solid, current);
    if (!next) break;
    current = next;
  }
  return current;
}

/** The surface after the changes that do not touch one another, or undefined if there is none to make. */
function onePass({ positions, parts }: Solid, triangles: Uint32Array): Uint32Array | undefined {
  const list: (Triangle | undefined)[] = [];
  const around = new Map<number, number[]>();
  for (let k = 0; k < triangles.length; k += 3) {
    const triangle: Triangle = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!];
    for (const v of triangle) {
      const own = around.get(v);
      if (own) own.push(list.length);
      else around.set(v, [list.length]);
    }
    list.push(triangle);
  }
  const at = (v: number): Vector => [positions[3 * v]!, positions[3 * v + 1]!, positions[3 * v + 2]!];
  const quality = ([a, b, c]: Triangle): number => flatness(at(a), at(b), at(c));
  const normal = ([a, b, c]: Triangle): Vector => cross(minus(at(b), at(a)), minus(at(c), at(a)));
  const linked = (v: number): Set<number> => new Set(around.get(v)!.flatMap((t) => list[t]!));
  const touched = new Set<number>();
  const untouched = (v: number): boolean =>
    around.get(v)!.every((t) => list[t]?.every((w) => !touched.has(w)) ?? false);

  const replace = (old: readonly number[], made: readonly Triangle[]): boolean => {
    const before = old.map((t) => list[t]!);
    if (Math.min(...made.map(quality)) <= Math.min(...before.map(quality))) return false;
    for (const triangle of made) {
      const n = normal(triangle);
      // By area: a needle's own normal says little.
      const facing = before
        .filter((other) => other.filter((v) => triangle.includes(v)).length >= 2)
        .reduce<Vector>((sum, other) => plus(sum, normal(other)), [0, 0, 0]);
      if (dot(n, facing) < FOLD * length(n) * length(facing)) return false;
    }
    for (const t of old) list[t] = undefined;
    list.push(...made);
    for (const v of before.flat()) touched.add(v);
    return true;
  };

  const collapse = ([from, to]: Edge): boolean => {
    // The silhouette keeps its shape.
    if (parts[from] === 'rim' && parts[to] !== 'rim') return false;
    const beside = linked(to);
    const common = [...linked(from)].filter((v) => v !== from && v !== to && beside.has(v));
    if (common.length !== 2) return false;
    const old = around.get(from)!;
    const made = old
      .map((t) => list[t]!)
      .filter((triangle) => !triangle.includes(to))
      .map(([a, b, c]): Triangle => [a === from ? to : a, b === from ? to : b, c === from ? to : c]);
    return replace(old, made);
  };

  const flip = ([p, q]: Edge): boolean => {
    const both = around.get(p)!.filter((t) => list[t]!.includes(q));
    const apices = both.map((t) => list[t]!.find((v) => v !== p && v !== q)!);
    const forward = both.findIndex((t) => list[t]![(list[t]!.indexOf(p) + 1) % 3] === q);
    const [r, s] = [apices[forward]!, apices[1 - forward]!];
    if (both.length !== 2 || r === s || linked(r).has(s)) return false;
    return replace(both, [
      [p, s, r],
      [s, q, r],
    ]);
  };

  const span = ([p, q]: Edge): number => length(minus(at(p), at(q)));
  for (const triangle of [...list]) {
    if (!triangle || quality(triangle) >= NEEDLE || !triangle.every(untouched)) continue;
    const [short, middle, long] = triangle
      .map((v, k): Edge => [v, triangle[(k + 1) % 3]!])
      .sort((p, q) => span(p) - span(q)) as [Edge, Edge, Edge];
    const shrink = (): boolean => collapse(short) || collapse([short[1], short[0]]);
    const turn = (): boolean => flip(long) || flip(middle);
    if (span(short) < SHORT * span(long)) shrink() || turn();
    else turn() || shrink();
  }
  return touched.size > 0
    ? Uint32Array.from(list.filter((triangle) => triangle !== undefined).flat())
    : undefined;
}

type Edge = readonly [number, number];

/** Height over the longest side: 0.87 for an equilateral triangle, 0 for a line. */
function flatness(a: Vector, b: Vector, c: Vector): number {
  const longest = Math.max(length(minus(b, a)), length(minus(c, b)), length(minus(a, c)));
  return longest === 0 ? 0 : length(cross(minus(b, a), minus(c, a))) / longest ** 2;
}

const plus = (p: Vector, q: Vector): Vector => [p[0] + q[0], p[1] + q[1], p[2] + q[2]];
