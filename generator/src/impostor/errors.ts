/** What went wrong with a character's views or file. */
export type CharacterErrorCode = 'views' | 'atlas-size' | 'not-glb' | 'not-a-character';

/** Views that make no character, or a file that holds none. */
export class CharacterError extends Error {
  override readonly name = 'CharacterError';
  readonly code: CharacterErrorCode;

  constructor(code: CharacterErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
