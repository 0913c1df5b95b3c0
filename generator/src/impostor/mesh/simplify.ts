import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { MeshError } from './errors.ts';
import type { Solid } from './solid.ts';
import { openEdges } from './topology.ts';

/** Largest share of the triangles that is kept: the walls' and the shell's are many more than a picture can tell. */
const KEPT_SHARE = 0.5;

/** Fewer triangles than this are no likeness. */
const LEAST = 100;

/** Tries at keeping the surface closed before giving up. */
const TRIES = 24;

/**
 * Brings a closed solid to at most so many triangles, and keeps it closed. meshoptimizer collapses edges by quadric
 * error over the vertices that are there; it may pinch thin parts until an edge has four triangles. Where that
 * happens the vertices around are locked and it starts again.
 * @returns the triangles that are left, of the same vertices
 * @throws MeshError `triangles` where so few are no solid or cannot be reached
 */
export async function simplify(solid: Solid, triangles: number): Promise<Uint32Array> {
  if (!(triangles >= LEAST))
    throw new MeshError('triangles', `expected at least ${LEAST} triangles, got ${triangles}`);
  await MeshoptSimplifier.ready;
  const positions = Float32Array.from(solid.positions);
  const indices = Uint32Array.from(solid.triangles);
  const lock = new Uint8Array(positions.length / 3);
  const target = Math.min(triangles, Math.floor((KEPT_SHARE * indices.length) / 3));
  for (let tries = 0; tries < TRIES; tries++) {
    const [out] = MeshoptSimplifier.simplifyWithAttributes(
      indices,
      positions,
      3,
      new Float32Array(0),
      0,
      [],
      lock,
      3 * target,
      1,
      ['RegularizeLight'],
    );
    const open = openEdges(out);
    if (open.length === 0) {
      if (out.length > 3 * triangles)
        throw new MeshError(
          'triangles',
          `expected at most ${triangles} triangles, got no fewer than ${out.length / 3}`,
        );
      return out;
    }
    const bad = new Set(open.flat());
    for (let k = 0; k < indices.length; k += 3) {
      const corners = indices.subarray(k, k + 3);
      if (corners.some((v) => bad.has(v))) for (const v of corners) lock[v] = 1;
    }
  }
  throw new MeshError('triangles', `expected a closed surface of ${triangles} triangles, got open edges`);
}
