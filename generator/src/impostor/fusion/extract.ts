import Module from 'manifold-3d';
import { MeshError } from '../mesh/index.ts';
import type { SignedDistance } from './signed-distance.ts';

/** A closed surface: three coordinates a vertex, triangles counter-clockwise from outside. */
export interface Surface {
  readonly positions: Float64Array;
  readonly triangles: Uint32Array;
}

export interface Box {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}

let opened: ReturnType<typeof Module> | undefined;

/** Manifold, compiled once. */
async function openManifold() {
  opened ??= Module();
  const manifold = await opened;
  manifold.setup();
  return manifold;
}

/**
 * The surface where a distance is 0: marching tetrahedra on a body-centred grid (Manifold's `levelSet`), closed by
 * construction, and of its parts the one that holds the most.
 * @param edge about the longest edge of a triangle
 * @throws MeshError `subject` where nothing is inside
 */
export async function extractSurface(
  distance: SignedDistance,
  { min, max }: Box,
  edge: number,
): Promise<Surface> {
  const { Manifold } = await openManifold();
  const whole = Manifold.levelSet(([x, y, z]) => distance(x, y, z), { min: [...min], max: [...max] }, edge);
  const parts = whole.decompose();
  try {
    const volumes = parts.map((part) => part.volume());
    const largest = parts[volumes.indexOf(Math.max(...volumes))];
    if (!largest) throw new MeshError('subject', 'expected views that leave a solid, got an empty one');
    const { numProp, vertProperties, triVerts } = largest.getMesh();
    const positions = new Float64Array((vertProperties.length / numProp) * 3);
    for (let v = 0; 3 * v < positions.length; v++)
      for (let k = 0; k < 3; k++) positions[3 * v + k] = vertProperties[v * numProp + k]!;
    return { positions, triangles: Uint32Array.from(triVerts) };
  } finally {
    for (const part of [whole, ...parts]) part.delete();
  }
}
