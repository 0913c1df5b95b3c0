/** Data that a bench cannot measure on: missing, of another form, or predictions that do not fit it. */
export class TruthError extends Error {
  override readonly name = 'TruthError';
  readonly code: 'data' | 'prediction' | 'usage' | 'machine' | 'model';

  constructor(code: TruthError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
