import type { CandidateScore, YawDirection } from './types.ts';

/** A direction with what it was judged by. */
export interface JudgedCandidate {
  readonly direction: YawDirection;
  readonly score: CandidateScore;
}

/** Degrees by which the spread of two zeros differs by chance: that of 32 subjects at some 10°. */
const SPREAD_NOISE = 1.5;

/**
 * Whether a learned direction takes the place of the one that it was learned from: something moves, its pairs are
 * better mirror images, and subjects look straight ahead at one x as much as they did. Mirror images alone do not
 * tell: a direction that leaves a part of the turn to each subject can mirror better than one that takes it all.
 */
export function turnsBetter(
  learned: JudgedCandidate,
  start: JudgedCandidate,
  leastWarpGain: number,
): boolean {
  const [a, b] = [learned.score.score, start.score.score];
  return (
    learned.direction.warpGain >= leastWarpGain &&
    a !== null &&
    (b === null || a < b) &&
    frontalSpread(learned.direction) <= frontalSpread(start.direction) + SPREAD_NOISE
  );
}

/**
 * Standard deviation over subjects of their yaw at the model's zero, degrees, as far as it is real: of the variance
 * that is read, the share `zeroWeight`. By it portraits-128's component has 2.3°, a judge says 2.2°.
 */
export function frontalSpread({ zeroSpread, zeroWeight, degreesPerSigma }: YawDirection): number {
  return zeroSpread * Math.sqrt(zeroWeight) * degreesPerSigma;
}
