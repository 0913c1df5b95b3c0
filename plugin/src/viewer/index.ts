/** A character on a stage, for pages and panels: cameras, turning by hand, the strip of its views. Plain DOM. */
export type { CapturedView } from './capture-view.ts';
export { type CharacterPictures, fetchCharacter, frontView, readPictures } from './character-file.ts';
export { describeCharacter } from './details.ts';
export { Divider } from './divider.ts';
export { byId, element } from './elements.ts';
export { createEngine, type EngineName, ViewerError } from './engine.ts';
export { FIELD_OF_VIEW, type PortraitView, portraitView } from './portrait.ts';
export { Slider, type SliderOptions, spellSigned } from './slider.ts';
export { type Shown, Stage } from './stage.ts';
export { HIGHEST, spellAngle, Turning, type TurnLimits } from './turning.ts';
export { ViewStrip } from './view-strip.ts';
