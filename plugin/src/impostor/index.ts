export type { MarchQuality } from '../synthesis/index.ts';
export type { Anchors } from './anchors.ts';
export type { BeyondRange } from './beyond-range.ts';
export { Impostor } from './impostor.ts';
export type { ChangingViews, ImpostorLook, ImpostorOptions } from './impostor-options.ts';
export type { ImpostorState } from './impostor-state.ts';
export type { ImpostorDrawing } from './march-material.ts';
export type { ReliefTextures } from './relief-textures.ts';
