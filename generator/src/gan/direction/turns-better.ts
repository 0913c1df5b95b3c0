import type { CandidateScore, YawDirection } from './types.ts';

/** A direction with what it was judged by. */
export interface JudgedCandidate {
  readonly direction: YawDirection;
  readonly score: CandidateScore;
}

/** Degrees by which the spread of two zeros, each read off 32 subjects, differs by chance. */
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
 * Standard deviation over subjects of their yaw at the model's zero, degrees, as their edges show it. Some 5° of it are
 * the reading's own, in every direction of a model alike; so it compares directions and is no measure of one.
 */
export function frontalSpread({ zeroSpread, degreesPerSigma }: YawDirection): number {
  return zeroSpread * degreesPerSigma;
}
