import { cross, dot, minus, unit } from '../vectors.ts';
import type { Surface } from './extract.ts';

/**
 * Takes a closed surface apart where it touches itself: an edge with four triangles becomes two edges with two each, and a
 * vertex that joins two fans becomes two vertices at one place. Where both ends of such an edge hang together elsewhere, one of
 * the two gets a vertex in its middle. Vertices that then share a place are drawn apart by a little, so that who joins vertices
 * by place finds the surface closed as well. What encloses nothing (two triangles back to back) goes.
 * Simplifiers pinch thin parts in this way.
 * @param surface each edge once one way for every time the other way
 * @returns the same surface, every edge with two triangles
 */
export function splitPinches({ positions, triangles }: Surface): Surface {
  const corners = triangles.length;
  const parent = Int32Array.from({ length: corners }, (_, k) => k);
  const find = (k: number): number => {
    let at = k;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const weld = (a: number, b: number): void => {
    parent[find(a)] = find(b);
  };
  const next = (k: number): number => (k % 3 === 2 ? k - 2 : k + 1);
  for (const { forward, backward } of edgesOf(triangles).values())
    for (const [f, b] of pairs(positions, triangles, forward, backward)) {
      // Corner f goes p → q and corner b goes q → p: their ends are the same two vertices.
      weld(f, next(b));
      weld(next(f), b);
    }
  return drawnApart(doubled(assemble(positions, triangles, find)));
}

interface Uses {
  /** Corners from which the edge goes from its lower to its higher vertex. */
  readonly forward: number[];
  readonly backward: number[];
}

function edgesOf(triangles: Uint32Array): Map<string, Uses> {
  const edges = new Map<string, Uses>();
  for (let k = 0; k < triangles.length; k++) {
    const [p, q] = [triangles[k]!, triangles[k % 3 === 2 ? k - 2 : k + 1]!];
    const key = p < q ? `${p},${q}` : `${q},${p}`;
    let uses = edges.get(key);
    if (!uses) {
      uses = { forward: [], backward: [] };
      edges.set(key, uses);
    }
    (p < q ? uses.forward : uses.backward).push(k);
  }
  return edges;
}

/** Which triangles stay together at an edge: those between which the inside lies. */
function pairs(
  positions: Float64Array,
  triangles: Uint32Array,
  forward: readonly number[],
  backward: readonly number[],
): [number, number][] {
  if (forward.length === 1) return [[forward[0]!, backward[0]!]];
  const first = forward[0]!;
  const at = (v: number): [number, number, number] => [
    positions[3 * v]!,
    positions[3 * v + 1]!,
    positions[3 * v + 2]!,
  ];
  const origin = at(triangles[first]!);
  const axis = unit(minus(at(triangles[first % 3 === 2 ? first - 2 : first + 1]!), origin));
  const apexOf = (k: number) => at(triangles[3 * Math.floor(k / 3) + ((k + 2) % 3)]!);
  const across = (k: number) => {
    const d = minus(apexOf(k), origin);
    const along = dot(d, axis);
    return unit([d[0] - along * axis[0], d[1] - along * axis[1], d[2] - along * axis[2]]);
  };
  const u = across(first);
  const v = cross(axis, u);
  const angle = (k: number): number => {
    const d = across(k);
    const turn = Math.atan2(dot(d, v), dot(d, u));
    return turn < 0 ? turn + 2 * Math.PI : turn;
  };
  // Round the edge, looking along it, the inside of a forward triangle is on the side of smaller angles.
  const left = backward.map((k) => ({ k, angle: angle(k) }));
  const out: [number, number][] = [];
  for (const f of [...forward].sort((a, b) => angle(a) - angle(b))) {
    const own = angle(f);
    const behind = (other: number): number => {
      const turn = own - other;
      return turn <= 0 ? turn + 2 * Math.PI : turn;
    };
    left.sort((a, b) => behind(a.angle) - behind(b.angle));
    const match = left.shift();
    if (match) out.push([f, match.k]);
  }
  return out;
}

/** Of the way from a vertex to the middle of its neighbours. */
const APART = 0.05;

function drawnApart({ positions, triangles }: Surface): Surface {
  const key = (v: number): string => positions.subarray(3 * v, 3 * v + 3).join();
  const uses = new Map<string, number>();
  for (let v = 0; 3 * v < positions.length; v++) uses.set(key(v), (uses.get(key(v)) ?? 0) + 1);
  const shared = (v: number): boolean => uses.get(key(v))! > 1;
  const sums = new Map<number, [number, number, number, number]>();
  for (let k = 0; k < triangles.length; k++) {
    const v = triangles[k]!;
    if (!shared(v)) continue;
    const w = 3 * triangles[k % 3 === 2 ? k - 2 : k + 1]!;
    const sum = sums.get(v) ?? [0, 0, 0, 0];
    sums.set(v, [sum[0] + positions[w]!, sum[1] + positions[w + 1]!, sum[2] + positions[w + 2]!, sum[3] + 1]);
  }
  const out = Float64Array.from(positions);
  for (const [v, sum] of sums)
    for (let axis = 0; axis < 3; axis++)
      out[3 * v + axis]! += APART * (sum[axis]! / sum[3] - out[3 * v + axis]!);
  return { positions: out, triangles };
}

/** A vertex in the middle of all but one of the edges that join the same two vertices. */
function doubled({ positions, triangles }: Surface): Surface {
  const places = [...positions];
  const out: number[] = [];
  const middle = new Map<number, number>();
  for (const { forward, backward } of edgesOf(triangles).values())
    for (const [f, b] of pairs(positions, triangles, forward, backward).slice(1)) {
      const [p, q] = [triangles[f]!, triangles[b]!];
      for (let axis = 0; axis < 3; axis++)
        places.push((positions[3 * p + axis]! + positions[3 * q + axis]!) / 2);
      for (const corner of [f, b]) middle.set(corner, places.length / 3 - 1);
    }
  for (let k = 0; k < triangles.length; k += 3) {
    const [p, q, r] = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!];
    // Edges with a middle, from the corner that they start at; a triangle with several is cut at the first.
    const start = [0, 1, 2].find((e) => middle.has(k + e));
    if (start === undefined) out.push(p, q, r);
    else {
      const [a, b, c] = [0, 1, 2].map((e) => [p, q, r][(start + e) % 3]!) as [number, number, number];
      const m = middle.get(k + start)!;
      out.push(a, m, c, m, b, c);
    }
  }
  return { positions: Float64Array.from(places), triangles: Uint32Array.from(out) };
}

/** Vertices from the groups of corners, without triangles that are twice there, once each way. */
function assemble(positions: Float64Array, triangles: Uint32Array, find: (k: number) => number): Surface {
  const vertexOf = new Map<number, number>();
  const sources: number[] = [];
  const out = triangles.map((source, k) => {
    const root = find(k);
    let vertex = vertexOf.get(root);
    if (vertex === undefined) {
      vertex = sources.push(source) - 1;
      vertexOf.set(root, vertex);
    }
    return vertex;
  });
  const count = new Map<string, number>();
  const key = (t: number): string => [...out.subarray(3 * t, 3 * t + 3)].sort((a, b) => a - b).join();
  for (let t = 0; 3 * t < out.length; t++) count.set(key(t), (count.get(key(t)) ?? 0) + 1);
  const kept = Array.from({ length: out.length / 3 }, (_, t) => t).filter((t) => count.get(key(t)) === 1);
  const places = Float64Array.from({ length: 3 * sources.length }, (_, i) => {
    return positions[3 * sources[Math.floor(i / 3)]! + (i % 3)]!;
  });
  return {
    positions: places,
    triangles: Uint32Array.from(kept.flatMap((t) => [...out.subarray(3 * t, 3 * t + 3)])),
  };
}
