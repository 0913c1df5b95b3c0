import type { LiftedMesh } from '../../../generator/src/impostor/mesh/index.ts';
import { subjectToCamera } from '../../../plugin/src/asset/index.ts';
import { meanNearest, samples, truePoints } from './mesh-measures.ts';
import { drawMesh } from './mesh-raster.ts';
import { FOCAL, FRAME_HEIGHT, type SweepDepth } from './mesh-sweeps.ts';

type Point = readonly [number, number, number];

/** Metres between samples: as dense as the pixels of a view. */
const APART = 0.002;

/** Every so many of the points that distances are measured from: the mean of ten thousand is the mean. */
const EVERY = 5;

/** True points of several views of one subject, in its own axes. @param yaws radians */
export function unitedPoints(shots: readonly SweepDepth[], yaws: readonly number[]): Point[] {
  return shots.flatMap((shot, k) => {
    const [right, up, backward] = subjectToCamera(yaws[k]!, 0);
    return truePoints(shot).map(
      ([a, b, c]): Point => [
        a * right[0] + b * up[0] + c * backward[0],
        a * right[1] + b * up[1] + c * backward[1],
        a * right[2] + b * up[2] + c * backward[2],
      ],
    );
  });
}

/**
 * Chamfer distance to the union of the true points, metres: the mean way from a true point to the mesh (`there`), and from what
 * some of the views sees of the mesh to a true point (`back`); nobody knows the rest of it.
 */
export function trueChamfer(
  mesh: LiftedMesh,
  shots: readonly SweepDepth[],
  yaws: readonly number[],
): { there: number; back: number } {
  const points = unitedPoints(shots, yaws);
  const all = samples(mesh, APART);
  const seen = new Uint8Array(all.length);
  const size = 256;
  const distance = (FOCAL * FRAME_HEIGHT) / 2;
  for (const yaw of yaws) {
    const { nearest } = drawMesh(mesh, { yaw, size, focal: FOCAL, frameHeight: FRAME_HEIGHT });
    const m = subjectToCamera(yaw, 0);
    for (const [k, p] of all.entries()) {
      const [x, y, z] = m.map((row) => row[0] * p[0] + row[1] * p[1] + row[2] * p[2]) as [
        number,
        number,
        number,
      ];
      const depth = (distance - z) / distance;
      const u = Math.floor(size / 2 + ((size / 2) * FOCAL * (x / distance)) / depth);
      const v = Math.floor(size / 2 - ((size / 2) * FOCAL * (y / distance)) / depth);
      if (u >= 0 && v >= 0 && u < size && v < size && 1 / depth > nearest[v * size + u]! - 0.004) seen[k] = 1;
    }
  }
  return {
    there: meanNearest(
      points.filter((_, k) => k % EVERY === 0),
      all,
      0.003,
    ),
    back: meanNearest(
      all.filter((_, k) => seen[k] && k % EVERY === 0),
      points,
      0.003,
    ),
  };
}
