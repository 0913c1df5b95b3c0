export { MARCH_DEFAULTS, type MarchOptions, synthesizeView, type WeightedView } from './march.ts';
export { extendDepth, type StoredView, storeView, type ViewPixels } from './stored-view.ts';
export type { TargetCamera } from './view-ray.ts';
