export {
  broadcastToLayers,
  coordinate,
  edit,
  type LatentDirection,
  type LayerRange,
  truncate,
  withoutComponent,
} from './edit.ts';
export { LatentError } from './errors.ts';
export { component, computePca, largestEntryPositive, type Pca } from './pca.ts';
export { type MapLatents, SAMPLE_DEFAULTS, type SampleOptions, sampleLatents } from './sample.ts';
