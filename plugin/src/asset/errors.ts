/** An asset that does not keep the contract; `code` says which part. */
export class AssetError extends Error {
  override readonly name = 'AssetError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
