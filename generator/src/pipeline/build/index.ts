export {
  BUILD_DEFAULTS,
  type BuildOptions,
  type BuildResult,
  buildCharacter,
} from './build-character.ts';
export type { BuiltCharacter } from './built-character.ts';
export type { PictureOrder } from './order-pictures.ts';
