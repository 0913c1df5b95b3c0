export {
  ATLAS_DEFAULTS,
  ATLAS_LIMIT,
  type Atlas,
  type AtlasOptions,
  packAtlas,
  type Rectangle,
} from './atlas.ts';
export { type Backdrop, overBackdrop } from './backdrop.ts';
export { type CharacterView, type CharacterViews, FRAME_HEIGHT, standingFrame } from './character.ts';
export {
  CONTACT_SHEET_DEFAULTS,
  type ContactSheetOptions,
  type ContactSheetRow,
  contactSheet,
} from './contact-sheet.ts';
export * from './depth/index.ts';
export { CharacterError, type CharacterErrorCode } from './errors.ts';
export { isFusible } from './fallback-mesh.ts';
export * from './fusion/index.ts';
export {
  type GreyImage16,
  type ImageCodec,
  imageOfBatch,
  type RgbaImage,
  type RgbImage,
  toRgb,
  toRgba,
} from './image.ts';
export { TurnaroundImpostor } from './impostor-extension.ts';
export * from './matte/index.ts';
export * from './mesh/index.ts';
export { encodeMtl, encodeObj, type ObjNames } from './obj.ts';
export { type PictureGridOptions, type PictureRow, pictureGrid } from './picture-grid.ts';
export { type CharacterFile, readCharacter, type StoredImage } from './read-character.ts';
export { type CharacterMesh, readCharacterMesh } from './read-mesh.ts';
export { type Lens, type Projection, toSubject, type ViewCamera, viewCamera } from './view-camera.ts';
export {
  characterIO,
  WRITE_CHARACTER_DEFAULTS,
  type WriteCharacterOptions,
  writeCharacter,
} from './write-character.ts';
