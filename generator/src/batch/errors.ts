/** What a queue or its worker cannot do; `code` says why, the message what was expected and what came. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
