export {
  MARCH_DEFAULTS,
  MARCH_QUALITIES,
  type MarchOptions,
  type MarchQuality,
  synthesizeView,
  type WeightedView,
} from './march.ts';
export { extendDepth, type StoredView, storeView, type ViewPixels } from './stored-view.ts';
export type { TargetCamera } from './view-ray.ts';
