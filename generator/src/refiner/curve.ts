import { denseLayer, type ParameterScope, reshape, silu, type Value, zeros } from '../graph/index.ts';
import { angleFeatures } from './condition.ts';
import { lecunNormal } from './token-layer.ts';

const HIDDEN = 64;

/** What the curve is a linear map of. @param scope the curve's @param yaw f32 [N], radians @returns f32 [N,64] */
export function curveFeatures(scope: ParameterScope, yaw: Value): Value {
  return silu(denseLayer(scope.scope('hidden'), angleFeatures(yaw), HIDDEN, lecunNormal));
}

/**
 * c(yaw), the bend of the path that all subjects share: 90 % of what a refiner gains (refiner.md, part 3). Starts at 0.
 * @param yaw    f32 [N], radians
 * @param tokens T
 * @param size   K
 * @returns f32 [N,T,K], whitened
 */
export function sharedCurve(scope: ParameterScope, yaw: Value, tokens: number, size: number): Value {
  const correction = denseLayer(scope.scope('output'), curveFeatures(scope, yaw), tokens * size, zeros);
  return reshape(correction, [yaw.shape[0]!, tokens, size]);
}
