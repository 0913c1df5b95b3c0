/**
 * Why a live model does not do what it was asked: nothing reachable and nothing kept (`offline`), a server's refusal
 * (`not-found`), a file that is not what `live.json` lists (`hash`), a `live.json` that does not fit (`manifest`), its
 * caller's own signal (`aborted`), a network that cannot be run (`inference`), a device or worker that is gone (`lost`), use
 * after `dispose` (`disposed`), a browser that lacks what it takes (`unsupported`).
 */
export type LiveErrorCode =
  | 'offline'
  | 'not-found'
  | 'hash'
  | 'manifest'
  | 'aborted'
  | 'inference'
  | 'lost'
  | 'disposed'
  | 'unsupported';

/** A live model that cannot go on; `code` says why, `cause` is what was caught, if anything. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  readonly code: LiveErrorCode;

  constructor(code: LiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
