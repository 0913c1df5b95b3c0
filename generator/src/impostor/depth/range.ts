import type { DepthRange } from '@turnaround/plugin/asset';
import { DepthError } from './errors.ts';
import { type DepthMap, isDepth } from './map.ts';

export interface DepthRangeOptions {
  /** Share of the subject's own span that is added before and behind, so that neither end is ever clamped. */
  readonly margin: number;
}

/** 2 % costs a thirtieth of a bit. */
export const DEPTH_RANGE_DEFAULTS: DepthRangeOptions = { margin: 0.02 };

/** Least span, in units of the camera's distance: a flat picture still needs a near and a far plane. */
const LEAST_SPAN = 1e-3;

/** Refuses planes that are no range of distances. */
export function checkRange({ near, far }: DepthRange): void {
  if (!(near > 0) || !(far > near) || !Number.isFinite(far))
    throw new DepthError('range', `expected 0 < near < far, got near ${near}, far ${far}`);
}

/**
 * One range for all views of a character, so that the runtime needs one pair of numbers.
 * @param views  extended depth maps (`extendDepth`): their background does not count
 * @throws DepthError `depth` where no pixel of any view is the subject's
 */
export function depthRange(views: readonly DepthMap[], options: Partial<DepthRangeOptions> = {}): DepthRange {
  const { margin } = { ...DEPTH_RANGE_DEFAULTS, ...options };
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { data } of views)
    for (const depth of data) {
      if (!isDepth(depth)) continue;
      if (depth < least) least = depth;
      if (depth > most) most = depth;
    }
  if (most === 0)
    throw new DepthError('depth', `expected a subject in ${views.length} views, got background only`);
  const pad = Math.max(LEAST_SPAN / 2, margin * (most - least));
  return { near: Math.max(least / 2, least - pad), far: most + pad };
}
