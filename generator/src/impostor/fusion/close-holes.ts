/** Edges of the largest hole that is closed: what taking a pinch apart leaves has three or four. */
const LARGEST = 8;

/**
 * Closes small holes of a surface, each by a fan of triangles. Where a surface cannot be taken apart at a pinch, a hole of a
 * few edges is left. Holes that touch, and those of more than eight edges, stay.
 * @param triangles each edge once each way, but about holes
 */
export function closeHoles(triangles: Uint32Array): Uint32Array {
  const edges = new Set<string>();
  eachEdge(triangles, (p, q) => edges.add(`${p},${q}`));
  /** Along a hole, against the way that its missing triangles would go. */
  const next = new Map<number, number>();
  const shared = new Set<number>();
  eachEdge(triangles, (p, q) => {
    if (edges.has(`${q},${p}`)) return;
    if (next.has(p)) shared.add(p);
    next.set(p, q);
  });
  const added: number[] = [];
  while (next.size > 0) {
    const { loop, closed } = loopFrom(next.keys().next().value!, next);
    for (const v of loop) next.delete(v);
    if (!closed || loop.length < 3 || loop.length > LARGEST || loop.some((v) => shared.has(v))) continue;
    const fan = fanOf(loop, edges);
    if (!fan) continue;
    eachEdge(fan, (p, q) => edges.add(`${p},${q}`));
    added.push(...fan);
  }
  return added.length === 0 ? triangles : Uint32Array.from([...triangles, ...added]);
}

function eachEdge(triangles: ArrayLike<number>, take: (p: number, q: number) => void): void {
  for (let k = 0; k < triangles.length; k++) take(triangles[k]!, triangles[k % 3 === 2 ? k - 2 : k + 1]!);
}

/** The vertices from one on, and whether they come back to it. */
function loopFrom(start: number, next: ReadonlyMap<number, number>): { loop: number[]; closed: boolean } {
  const loop = [start];
  const seen = new Set(loop);
  for (let at = next.get(start); at !== undefined; at = next.get(at)) {
    if (seen.has(at)) return { loop, closed: at === start };
    seen.add(at);
    loop.push(at);
  }
  return { loop, closed: false };
}

/** Triangles from one of the loop's vertices, none of whose diagonals is an edge already; null where there are none. */
function fanOf(loop: readonly number[], edges: ReadonlySet<string>): number[] | null {
  for (const first of loop.keys()) {
    const at = (k: number): number => loop[(first + k) % loop.length]!;
    const diagonals = Array.from({ length: loop.length - 3 }, (_, k) => at(k + 2));
    if (diagonals.some((v) => edges.has(`${at(0)},${v}`) || edges.has(`${v},${at(0)}`))) continue;
    return Array.from({ length: loop.length - 2 }, (_, k) => [at(0), at(k + 2), at(k + 1)]).flat();
  }
  return null;
}
