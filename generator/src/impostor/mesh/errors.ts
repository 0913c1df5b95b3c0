/** Why a view could not be lifted to a mesh. */
export type MeshErrorCode =
  /** Pictures and numbers that contradict each other. */
  | 'size'
  /** A picture without a subject, or a subject without depth. */
  | 'subject'
  /** A triangle count that leaves no solid. */
  | 'triangles';

/** A view that cannot become a mesh; the message says what was expected. */
export class MeshError extends Error {
  override readonly name = 'MeshError';
  readonly code: MeshErrorCode;

  constructor(code: MeshErrorCode, message: string) {
    super(`mesh: ${message}`);
    this.code = code;
  }
}
