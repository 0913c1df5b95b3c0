export {
  BUILD_DEFAULTS,
  type BuildOptions,
  type BuildResult,
  buildCharacter,
  STEPS_FROM_MODEL,
} from './build-character.ts';
export type { BuiltCharacter } from './built-character.ts';
export type { PictureOrder } from './order-pictures.ts';
