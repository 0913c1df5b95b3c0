/** Edges that do not belong to exactly two triangles, once each way, as pairs of vertices; empty for a closed surface. */
export function openEdges(triangles: ArrayLike<number>): [number, number][] {
  const uses = new Map<string, { forward: number; backward: number; edge: [number, number] }>();
  for (let k = 0; k < triangles.length; k += 3)
    for (let e = 0; e < 3; e++) {
      const [p, q] = [triangles[k + e]!, triangles[k + ((e + 1) % 3)]!];
      const key = p < q ? `${p},${q}` : `${q},${p}`;
      const use = uses.get(key) ?? { forward: 0, backward: 0, edge: [p, q] };
      if (p < q) use.forward++;
      else use.backward++;
      uses.set(key, use);
    }
  return [...uses.values()]
    .filter(({ forward, backward }) => forward !== 1 || backward !== 1)
    .map(({ edge }) => edge);
}

/** Six times the volume that the triangles enclose; above 0 where they face outwards. */
export function signedVolume(positions: ArrayLike<number>, triangles: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [3 * triangles[k]!, 3 * triangles[k + 1]!, 3 * triangles[k + 2]!];
    const [bx, by, bz] = [positions[b]!, positions[b + 1]!, positions[b + 2]!];
    const [cx, cy, cz] = [positions[c]!, positions[c + 1]!, positions[c + 2]!];
    sum +=
      positions[a]! * (by * cz - bz * cy) +
      positions[a + 1]! * (bz * cx - bx * cz) +
      positions[a + 2]! * (bx * cy - by * cx);
  }
  return sum;
}
