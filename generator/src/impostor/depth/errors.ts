/** Why a depth picture could not be made or read. */
export type DepthErrorCode =
  /** Near and far planes that are no range of distances. */
  | 'range'
  /** Sizes that contradict each other, or a view that does not fit its rectangle. */
  | 'size'
  /** A subject's pixel without a depth, or views without a subject. */
  | 'depth';

/** Depth that cannot be stored, or a picture that does not store depth. */
export class DepthError extends Error {
  override readonly name = 'DepthError';
  readonly code: DepthErrorCode;

  constructor(code: DepthErrorCode, message: string) {
    super(`depth: ${message}`);
    this.code = code;
  }
}
