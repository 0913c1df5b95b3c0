import { rotationOf } from '../calibration/warp/index.ts';
import { concat, cos, mul, reshape, sin, slice, type Value } from '../graph/index.ts';

/** Multiples of an angle whose sine and cosine the networks see: coarse ones for the side, 5 for steps of a few degrees. */
const MULTIPLES = [1, 2, 3, 5] as const;

/** Numbers that `angleFeatures` gives for one angle. */
export const ANGLE_FEATURES: number = 2 * MULTIPLES.length;

/** Sines, then cosines, of 1, 2, 3 and 5 times an angle. @param angle f32 [N], radians @returns f32 [N,8] */
export function angleFeatures(angle: Value): Value {
  const multiples = angle.graph.constant(Float32Array.from(MULTIPLES), [1, MULTIPLES.length], {
    name: 'multiples',
  });
  const angles = mul(reshape(angle, [angle.shape[0]!, 1]), multiples);
  return concat([sin(angles), cos(angles)], 1);
}

/** What tells a network which view is asked for, and how noisy it is. @param yaw f32 [N], radians @param t f32 [N], 0..1 @returns f32 [N,16] */
export function viewFeatures(yaw: Value, t: Value): Value {
  return concat([angleFeatures(yaw), angleFeatures(mul(t, Math.PI))], 1);
}

/**
 * The same where motions are free, and so are not told by a yaw: T as it is (paper, eq. 2), rotation matrix and translation.
 * @param pose f32 [N,6], axis-angle in radians, then translation @param t f32 [N], 0..1 @returns f32 [N,20]
 */
export function motionFeatures(pose: Value, t: Value): Value {
  const rotation = reshape(rotationOf(slice(pose, 1, 0, 3)), [pose.shape[0]!, 9]);
  return concat([rotation, slice(pose, 1, 3, 6), angleFeatures(mul(t, Math.PI))], 1);
}
