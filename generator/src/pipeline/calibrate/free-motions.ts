import { interpolate } from '../../calibration/yaw-curve.ts';
import { median } from '../../evaluation/index.ts';

/**
 * Nets that learn free motions know no axis and no unit: these readings give their yaw a zero and their depth a scale, so
 * that both can be looked at beside those of nets that learn to turn about a pivot.
 */

/**
 * Yaw along a sweep: the sum of the turns from view to view, 0 at place 0.
 * @param poses  f32 [views−1,6], axis-angle (radians) and translation, each from a view to the next
 * @param places f32 [views], rising
 * @returns f32 [views], radians
 */
export function chainedYaw(poses: Float32Array, places: Float32Array): Float32Array {
  const yaw = new Float32Array(places.length);
  for (let k = 1; k < yaw.length; k++) yaw[k] = yaw[k - 1]! + poses[6 * (k - 1) + 1]!;
  const zero = interpolate(places, yaw, 0);
  return yaw.map((value) => value - zero);
}

/**
 * Median depth of a subject: what stands for the pivot's distance where a net's depth has a unit of its own.
 * @param depths f32 [n], of any number of views
 * @param masks  f32 [n], 0..1
 * @returns 1 where the masks are empty
 */
export function subjectDistance(depths: Float32Array, masks: Float32Array): number {
  const inside = depths.filter((_, i) => masks[i]! > 0.5);
  return inside.length > 0 ? median(inside) : 1;
}
