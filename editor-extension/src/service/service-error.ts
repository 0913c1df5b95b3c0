/** Why the service did not do what it was asked. */
export type ServiceErrorCode =
  /** Nothing answers there, or the browser keeps its answer back. */
  | 'unreachable'
  /** It wants a token, or another one. */
  | 'unauthorized'
  /** Something answers that is no such service. */
  | 'other'
  /** The service says no; `message` is its own word. */
  | 'refused';

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
