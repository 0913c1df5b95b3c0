export { type AtlasLayout, packDepthAtlas, viewDepth } from './atlas.ts';
export {
  decodeDepth,
  ENCODE_DEPTH_DEFAULTS,
  type EncodeDepthOptions,
  encodeDepth,
} from './encode.ts';
export { DepthError, type DepthErrorCode } from './errors.ts';
export { EXTEND_DEPTH_DEFAULTS, type ExtendDepthOptions, extendDepth } from './extend.ts';
export { BACKGROUND, type DepthMap, isDepth } from './map.ts';
export { RAISE_DEPTH_DEFAULTS, type RaiseDepthOptions, raiseDepth } from './raise.ts';
export { DEPTH_RANGE_DEFAULTS, type DepthRangeOptions, depthRange } from './range.ts';
