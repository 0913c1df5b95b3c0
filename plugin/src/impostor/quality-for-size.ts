import type { MarchQuality } from '../synthesis/index.ts';

/** Pixels of the screen to one of a view above which all steps are taken, and below which as few as may be. */
const [FULL_SIZE, SMALL_SIZE] = [0.75, 0.3];

/** Steps that cannot be told apart from more. @param shown pixels of the screen to one of a view */
export const qualityForSize = (shown: number): MarchQuality =>
  shown > FULL_SIZE ? 'high' : shown > SMALL_SIZE ? 'medium' : 'low';
