export {
  candidateRanges,
  directionId,
  learnedRange,
  listCandidates,
  parseDirectionId,
} from './candidates.ts';
export { DirectionError, type DirectionErrorCode } from './errors.ts';
export { type FrontalDirection, frontalX } from './frontal.ts';
export { type LearnOptions, learnDirection } from './learn.ts';
export { CANDIDATE_PICTURE_DEFAULTS, type CandidatePictureOptions, candidatePicture } from './picture.ts';
export {
  DIRECTION_DEFAULTS,
  DRAW_DEFAULTS,
  describeDirection,
  findDirection,
  LARGEST_SCORE,
  LEAST_WARP_GAIN,
  subjectLatents,
  sweeperInput,
} from './search.ts';
export { sefaVectors, styleWeights } from './sefa.ts';
export { Sweeper, type SweeperInput } from './sweeper.ts';
export type {
  CandidateKey,
  CandidateKind,
  CandidateScore,
  Cover,
  DirectionInput,
  DirectionOptions,
  DirectionSearch,
  DrawOptions,
  LearnedDirection,
  StyleWeights,
  Synthesize,
  TrainableGenerator,
  YawDirection,
} from './types.ts';
export { CandidateVectors } from './vectors.ts';
