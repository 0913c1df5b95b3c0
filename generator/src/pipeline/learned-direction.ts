import {
  type CandidateKey,
  CandidateVectors,
  DIRECTION_DEFAULTS,
  type DirectionInput,
  directionId,
  LEAST_WARP_GAIN,
  learnDirection,
  parseDirectionId,
} from '../gan/direction/index.ts';
import type { DirectionScore, ModelManifest } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';

/**
 * A learned direction that a person named: the one that the search has kept, or, on other layers, a new one, learned
 * from the best candidate that turns the subject.
 * @param key of kind `mirror`
 * @throws PipelineError `direction-start` where no candidate turns the subject, or learning fails
 */
export async function learnedCandidate(
  { signal, progress }: Platform,
  input: DirectionInput,
  { directionScores, layers, wDim }: ModelManifest,
  key: CandidateKey,
): Promise<CandidateKey> {
  const id = directionId(key);
  const kept = directionScores.find((score) => score.id === id)?.learned;
  if (kept) return { ...key, learned: kept };
  const start = directionScores.find(isStart);
  if (!start)
    throw new PipelineError(
      'direction-start',
      `${id}: expected a candidate that turns the subject to learn from, got none; name one of direction.png instead`,
    );
  const total = DIRECTION_DEFAULTS.gradientSteps;
  const direction = new CandidateVectors(input).direction(parseDirectionId(start.id, layers, wDim));
  const learned = await learnDirection(input, key.layers, direction, {
    ...DIRECTION_DEFAULTS,
    signal,
    onStep: (done) => progress({ stage: 'direction', done, total, text: id }),
  });
  if (!learned)
    throw new PipelineError('direction-start', `${id}: expected a finite loss from ${start.id} on, got NaN`);
  return { ...key, learned };
}

const isStart = ({ learned, warpGain }: DirectionScore): boolean =>
  !learned && warpGain !== null && warpGain >= LEAST_WARP_GAIN;
