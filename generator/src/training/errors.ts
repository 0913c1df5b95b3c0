/** Training that cannot start or go on: a state of another run, a loss that is no number. */
export class TrainingError extends Error {
  readonly code = 'training';
  override readonly name = 'TrainingError';
}
