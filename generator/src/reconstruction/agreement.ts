import type { ViewCamera } from '../impostor/index.ts';
import { type DepthMap, isDepth } from '../impostor/index.ts';
import { type DepthView, facingOf, type Surfel } from './surfels.ts';

/** What the other views say about a point. */
export interface Votes {
  /** Views that see a surface there. */
  readonly agree: number;
  /** Views that look through it: at a surface farther away, or at the backdrop. */
  readonly contradict: number;
  /**
   * Mean distance, along the axis of the point's own view, of the surface as it and those that agree see it; weighted by
   * the square of how much it faces them, since an error in depth moves a surface seen at a slant along itself.
   */
  readonly depth: number;
}

/**
 * Asks all other views about a surfel of one. A view that sees something nearer in its way has no say, nor has one that
 * the point lies outside of.
 * @param own       index of the view that the surfel comes from
 * @param tolerance largest difference in depth between views that agree
 */
export function votesOn(
  { at, normal, facing }: Surfel,
  own: number,
  views: readonly DepthView[],
  cameras: readonly ViewCamera[],
  tolerance: number,
): Votes {
  const { project } = cameras[own]!;
  let agree = 0;
  let contradict = 0;
  let weights = facing ** 2;
  let sum = weights * project(...at).depth;
  for (let k = 0; k < views.length; k++) {
    if (k === own) continue;
    const other = cameras[k]!;
    const { width, height } = other;
    const { column, row, depth } = other.project(...at);
    if (!(depth > 0) || column < 0 || row < 0 || column >= width || row >= height) continue;
    const seen = depthAt(views[k]!.depth, column, row, tolerance);
    if (!isDepth(seen) || seen - depth > tolerance) contradict++;
    else if (depth - seen <= tolerance) {
      agree++;
      const weight = Math.max(0, facingOf(normal, at, other)) ** 2;
      weights += weight;
      sum += weight * project(...other.unproject(column, row, seen)).depth;
    }
  }
  return { agree, contradict, depth: sum / weights };
}

/**
 * Depth at a place between pixels' middles: bilinear on one surface, the nearest pixel's where its neighbours are of
 * several. The nearest pixel alone is half a pixel off, which on a slanted surface is several times as much in depth.
 * @param column pixels from the left edge, as `row` from the upper one
 */
function depthAt({ width, height, data }: DepthMap, column: number, row: number, tolerance: number): number {
  const nearest = data[Math.floor(row) * width + Math.floor(column)]!;
  const left = Math.min(width - 2, Math.max(0, Math.floor(column - 0.5)));
  const top = Math.min(height - 2, Math.max(0, Math.floor(row - 0.5)));
  const corner = top * width + left;
  const [a, b, c, d] = [corner, corner + 1, corner + width, corner + width + 1].map((i) => data[i]!) as [
    number,
    number,
    number,
    number,
  ];
  if (![a, b, c, d].every((depth) => Math.abs(depth - nearest) <= tolerance)) return nearest;
  const [x, y] = [column - 0.5 - left, row - 0.5 - top].map((at) => Math.min(1, Math.max(0, at))) as [
    number,
    number,
  ];
  return (1 - y) * ((1 - x) * a + x * b) + y * ((1 - x) * c + x * d);
}
