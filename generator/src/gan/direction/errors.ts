/** What is wrong with what the search was given. */
export type DirectionErrorCode = 'direction-id' | 'direction-input';

/** A direction that is not there, or a search that cannot start. */
export class DirectionError extends Error {
  override readonly name = 'DirectionError';
  readonly code: DirectionErrorCode;

  constructor(code: DirectionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
