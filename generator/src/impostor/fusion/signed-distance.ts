import { bilinear, cameraNumbers, depthAt, type ViewField } from './view-field.ts';

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
  const cameras = spread.map(({ camera }) => cameraNumbers(camera));
  // Called a million times for a head: no objects are made here.
  return (x, y, z) => {
    let [sum, weights, hull, clear] = [0, 0, band, 0];
    for (let k = 0; k < spread.length; k++) {
      const view = spread[k]!;
      const m = cameras[k]!;
      const { width, height } = view.camera;
      const depth = 1 - (m[6]! * x + m[7]! * y + m[8]! * z);
      const scale = m[9]! / depth;
      const column = width / 2 + scale * (m[0]! * x + m[1]! * y + m[2]! * z);
      // As `look` has it.
      const row = Math.min(height - 0.5, height / 2 - scale * (m[3]! * x + m[4]! * y + m[5]! * z));
      if (column < 0 || row < 0 || column >= width) continue;
      const outline = bilinear(view.outline, width, height, column, row) * view.pixel;
      if (outline < -CLEAR.pixels * view.pixel && ++clear === CLEAR.views) return -band;
      if (outline < hull) hull = outline;
      const i = Math.floor(row) * width + Math.floor(column);
      if (outline <= 0 || view.inside[i] === 0) {
        const weight = EMPTY * Math.max(LEAST, Math.min(1, -outline / (SURE * view.pixel)));
        sum += weight * Math.max(-band, Math.min(0, outline));
        weights += weight;
        continue;
      }
      const along = depth - depthAt(view.depth, view.inside, width, height, column, row, view.step);
      if (along > band) continue;
      const facing = view.facing[i]!;
      const weight = Math.max(LEAST, facing * facing);
      if (along < -band) {
        sum -= EMPTY * weight * band;
        weights += EMPTY * weight;
        continue;
      }
      sum += weight * along * Math.max(0.25, facing);
      weights += weight;
    }
    if (weights > 0) return sum / weights;
    return Math.min(hull, behind(x, y, z));
  };
}
