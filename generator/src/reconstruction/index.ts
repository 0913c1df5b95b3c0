export { type Lens, type Projection, type ViewCamera, viewCamera } from '../impostor/index.ts';
export {
  type ColmapModel,
  colmapModel,
  colmapRotation,
  type NamedView,
  pinholeParameters,
} from './colmap-model.ts';
export { type ColmapStep, colmapRecipe, type RecipeFolders } from './colmap-recipe.ts';
export { type DrawCloudOptions, drawCloud } from './draw-cloud.ts';
export { ReconstructionError, type ReconstructionErrorCode } from './errors.ts';
export { FUSE_DEFAULTS, type FuseOptions, fuseDepth } from './fuse.ts';
export { encodePly } from './ply.ts';
export type { PointCloud } from './point-cloud.ts';
export { type Quaternion, quaternionOf } from './quaternion.ts';
export type { DepthView } from './surfels.ts';
