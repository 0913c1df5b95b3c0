export {
  BOOTSTRAP_DEFAULTS,
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  resampledInterval,
} from './bootstrap.ts';
export { cosineSimilarity, pearson, ranks, spearman } from './correlation.ts';
export { EvaluationError, requirePairs } from './errors.ts';
export type { Features } from './features.ts';
export { boxBlur, erode, highPassEnergy } from './filters.ts';
export { fitLine, fitScale, pairMoments } from './fit.ts';
export { frechetDistance } from './frechet.ts';
export { type KernelDistance, type KernelSet, kernelDistance } from './kernel-distance.ts';
export { type Line, PairMoments } from './moments.ts';
export { MASK_THRESHOLD, type Picture } from './picture.ts';
export { type MatchedSets, matchPoses, POSE_ZONES, type PosedPicture, type PoseZone } from './pose-zones.ts';
export { meanSquaredError, PICTURE_RANGE_DEFAULTS, type PictureRange, psnr } from './psnr.ts';
export { uniformGenerator } from './random.ts';
export { type DepthView, OCCLUSION_TOLERANCE, type Reprojected, reproject } from './reproject.ts';
export { meanOfSsimMap, ssim, ssimMap } from './ssim.ts';
export { mean, median, percentile } from './statistics.ts';
