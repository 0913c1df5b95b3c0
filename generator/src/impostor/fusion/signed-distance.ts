import type { ViewField } from './view-field.ts';

/** Pixels beyond which a view says only before or behind. Wider bands round noses off, narrower ones tear on noise. */
const BAND = 3;

/** Of a view that looks past a point, over that of one that looks straight at a surface there. */
const EMPTY = 0.5;

/** Of a view whose ray ends on an edge or at a slant, where it knows places badly. */
const LEAST = 0.02;

/** Pixels outside the silhouette from which a point is surely outside: the edge itself is off by up to one. */
const SURE = 2;

/** A point is outside, whatever others say, where this many views see the backdrop there, this many pixels from the subject. */
const CLEAR = { views: 2, pixels: 4 } as const;

/** Distance to a subject's surface, above 0 inside. Lengths in units of the camera's distance. */
export type SignedDistance = (x: number, y: number, z: number) => number;

/**
 * Fuses what views say (Curless and Levoy 1996): before a surface, at it by the distance along its normal, or outside the
 * silhouette. Where all views are stopped by something nearer there is nothing to average, and the point is inside as far as
 * silhouettes and `behind` allow.
 * @param behind distance to the unseen back, above 0 before it
 * @returns within ± three pixels
 */
export function fuseViews(views: readonly ViewField[], behind: SignedDistance): SignedDistance {
  const band = BAND * Math.max(...views.map(({ pixel }) => pixel));
  // Views that differ most come first: two of them rule most of space out.
  const spread = [...views].sort((a, b) => b.camera.rotation[0][2] ** 2 - a.camera.rotation[0][2] ** 2);
  return (x, y, z) => {
    let [sum, weights, hull, clear] = [0, 0, band, 0];
    for (const { look, pixel, silhouette, surface } of spread) {
      const at = look(x, y, z);
      if (!at) continue;
      const { column, row, depth } = at;
      const outline = silhouette(column, row) * pixel;
      if (outline < -CLEAR.pixels * pixel && ++clear === CLEAR.views) return -band;
      hull = Math.min(hull, outline);
      const seen = outline > 0 ? surface(column, row) : null;
      if (!seen) {
        const weight = EMPTY * Math.max(LEAST, Math.min(1, -outline / (SURE * pixel)));
        sum += weight * Math.max(-band, Math.min(0, outline));
        weights += weight;
        continue;
      }
      const along = depth - seen.depth;
      if (along > band) continue;
      const weight = Math.max(LEAST, seen.facing ** 2);
      if (along < -band) {
        sum -= EMPTY * weight * band;
        weights += EMPTY * weight;
        continue;
      }
      sum += weight * along * Math.max(0.25, seen.facing);
      weights += weight;
    }
    if (weights > 0) return sum / weights;
    return Math.min(hull, behind(x, y, z));
  };
}
