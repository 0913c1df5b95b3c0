/** What went wrong with a reconstruction. */
export type ReconstructionErrorCode =
  /** Views that contradict each other, or too few of them. */
  | 'views'
  /** No point that enough views agree on. */
  | 'empty';

/** Views that nothing can be reconstructed from. */
export class ReconstructionError extends Error {
  override readonly name = 'ReconstructionError';
  readonly code: ReconstructionErrorCode;

  constructor(code: ReconstructionErrorCode, message: string) {
    super(`reconstruction: ${message}`);
    this.code = code;
  }
}
