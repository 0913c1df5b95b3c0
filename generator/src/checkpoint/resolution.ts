import { CheckpointError } from './errors.ts';

/** Four times the largest StyleGAN2 that was published; bounds what a file can make this program allocate. */
const HIGHEST_RESOLUTION = 4096;

/** @throws CheckpointError 'architecture' where the resolution is no power of two from 4 up */
export function checkResolution(resolution: number): number {
  if (!(resolution >= 4 && resolution <= HIGHEST_RESOLUTION && Number.isInteger(Math.log2(resolution))))
    throw new CheckpointError(
      'architecture',
      `expected a resolution that is a power of two from 4 to ${HIGHEST_RESOLUTION}, got ${resolution}`,
    );
  return resolution;
}
