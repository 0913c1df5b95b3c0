import type { Vector3 } from '@turnaround/plugin/asset';
import { isDepth } from '../impostor/index.ts';
import type { DepthView } from './surfels.ts';
import type { ViewCamera } from './view-camera.ts';

/** What the other views say about a point. */
export interface Votes {
  /** Views that see a surface there. */
  readonly agree: number;
  /** Views that look through it: at a surface farther away, or at the backdrop. */
  readonly contradict: number;
  /** Mean distance, along the axis of the point's own view, of the surface as it and those that agree see it. */
  readonly depth: number;
}

/**
 * Asks all other views about a point of one. A view that sees something nearer in its way has no say, nor has one that
 * the point lies outside of.
 * @param own       index of the view that the point comes from
 * @param tolerance largest difference in depth between views that agree
 */
export function votesOn(
  [x, y, z]: Vector3,
  own: number,
  views: readonly DepthView[],
  cameras: readonly ViewCamera[],
  tolerance: number,
): Votes {
  const { project } = cameras[own]!;
  let agree = 0;
  let contradict = 0;
  let sum = project(x, y, z).depth;
  for (let k = 0; k < views.length; k++) {
    if (k === own) continue;
    const other = cameras[k]!;
    const { width, height } = other;
    const { column, row, depth } = other.project(x, y, z);
    if (!(depth > 0) || column < 0 || row < 0 || column >= width || row >= height) continue;
    const seen = views[k]!.depth.data[Math.floor(row) * width + Math.floor(column)]!;
    if (!isDepth(seen) || seen - depth > tolerance) contradict++;
    else if (depth - seen <= tolerance) {
      agree++;
      sum += project(...other.unproject(column, row, seen)).depth;
    }
  }
  return { agree, contradict, depth: sum / (1 + agree) };
}
