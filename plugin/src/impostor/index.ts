export type { MarchQuality } from '../synthesis/index.ts';
export type { Anchors } from './anchors.ts';
export type { BeyondRange } from './beyond-range.ts';
export { Impostor, type ImpostorOptions, type ImpostorState } from './impostor.ts';
export type { ReliefTextures } from './relief-textures.ts';
