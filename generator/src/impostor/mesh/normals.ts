/**
 * Smooth normals: each vertex' faces weighted by their angle there, so that the triangulation does not show
 * (Thürmer and Wüthrich 1998).
 * @param positions  three numbers a vertex; copies of a vertex must be one vertex here
 * @returns f32, three numbers a vertex, of unit length
 */
export function vertexNormals(positions: ArrayLike<number>, triangles: ArrayLike<number>): Float32Array {
  const out = new Float32Array(positions.length);
  const edge = (from: number, to: number): [number, number, number] => {
    const d = [0, 1, 2].map((k) => positions[3 * to + k]! - positions[3 * from + k]!);
    const length = Math.hypot(...d) || 1;
    return [d[0]! / length, d[1]! / length, d[2]! / length];
  };
  for (let k = 0; k < triangles.length; k += 3) {
    const corners = [triangles[k]!, triangles[k + 1]!, triangles[k + 2]!] as const;
    const [a, b, c] = corners;
    const [u, v] = [edge(a, b), edge(a, c)];
    const face = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const area = Math.hypot(...face);
    if (area === 0) continue;
    for (const [e, p] of corners.entries()) {
      const [s, t] = [edge(p, corners[(e + 1) % 3]!), edge(p, corners[(e + 2) % 3]!)];
      const angle = Math.acos(Math.min(1, Math.max(-1, s[0] * t[0] + s[1] * t[1] + s[2] * t[2])));
      for (let axis = 0; axis < 3; axis++) out[3 * p + axis]! += (angle * face[axis]!) / area;
    }
  }
  for (let p = 0; p < out.length; p += 3) {
    const length = Math.hypot(out[p]!, out[p + 1]!, out[p + 2]!);
    if (length === 0) out[p + 2] = 1;
    else for (let axis = 0; axis < 3; axis++) out[p + axis]! /= length;
  }
  return out;
}
