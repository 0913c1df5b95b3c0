/** `training-other`: the checkpoint is another run's. */
export type TrainingErrorCode = 'training' | 'training-other';

/** Training that cannot start or go on: a state of another run, a loss that is no number. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: TrainingErrorCode;

  constructor(message: string, code: TrainingErrorCode = 'training') {
    super(message);
    this.code = code;
  }
}
