import { PipelineError } from '../platform.ts';

/** Pixels of a side that nets learn at where nobody says. */
export const WORK_RESOLUTION = 128;

/** The pose net looks at 64². */
const LEAST = 64;

/**
 * Pixels of a side to learn at: one of the network's own sizes, at which it is cut.
 * @param wanted null: 128, or the model's where that is less
 * @throws PipelineError `work-resolution`
 */
export function workSide(resolution: number, wanted: number | null): number {
  if (resolution < LEAST)
    throw new PipelineError(
      'work-resolution',
      `model: expected a resolution of at least ${LEAST}² to learn depth and pose from, got ${resolution}²`,
    );
  const side = wanted ?? Math.min(WORK_RESOLUTION, resolution);
  const sizes: number[] = [];
  for (let size = LEAST; size <= resolution; size *= 2) sizes.push(size);
  if (!sizes.includes(side))
    throw new PipelineError(
      'work-resolution',
      `--work-resolution: expected one of ${sizes.join(', ')} for a model of ${resolution}², got ${side}`,
    );
  return side;
}
