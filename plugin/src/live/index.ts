export { LiveError } from './errors.ts';
export type { LiveFace } from './live-face.ts';
export { LiveImpostor, type LiveImpostorOptions } from './live-impostor.ts';
export { LiveModel, type LiveModelOptions, type LiveState } from './live-model.ts';
export type { ModelProgress } from './model-files.ts';
export type { LiveBackend } from './view-maker.ts';
