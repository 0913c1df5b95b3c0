import type { Value } from '../graph/index.ts';

/** What a correction of one subject's tokens is made from. T: the refined layers; K: whitened coordinates. */
export interface BodyInputs {
  /** f32 [N,T,K], ŵ, or ŵ with noise. */
  readonly tokens: Value;
  /** f32 [N,K], the source, mean over its refined layers (they are equal unless the source itself was edited). */
  readonly source: Value;
  /** f32 [N,F], of `viewFeatures` or `motionFeatures`. */
  readonly view: Value;
}

export interface BodyOptions {
  /** Numbers of a token inside (transformer), or of the whole subject (MLP). */
  readonly width: number;
  readonly blocks: number;
  /** Attention heads, which share the width; the MLP has none. */
  readonly heads: number;
}
