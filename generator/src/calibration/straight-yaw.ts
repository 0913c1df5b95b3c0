import { add, mul, type Value } from '../graph/index.ts';

/**
 * A pose net's own yaw o, straightened: o·(1 + bend·o²).
 *
 * Features of a turning GAN face stick to the picture, the more the farther it has turned, and a net that learned from such
 * pictures reads too small a yaw there: on a drifting GAN of 64² own yaw is right to 12° and reads 30° for 45.
 * What pictures get wrong they cannot tell; a person's look at the half-way views can.
 */
export const straightYaw = (own: number, bend: number): number => own * (1 + bend * own * own);

/** How fast it rises with the own yaw. */
const slope = (own: number, bend: number): number => 1 + 3 * bend * own * own;

/** The same in a graph. @param own f32 [N], radians */
export const straightened = (own: Value, bend: number): Value =>
  bend === 0 ? own : mul(own, add(mul(mul(own, own), bend), 1));

/** Steps of Newton's method: from above the root they fall onto it, six digits in as many. */
const STEPS = 12;

/** The own yaw whose straight one it is. @param straight radians, in reach of `straightYaw`'s rise */
export function ownYaw(straight: number, bend: number): number {
  let own = straight;
  for (let k = 0; k < STEPS; k++) own -= (straightYaw(own, bend) - straight) / slope(own, bend);
  return own;
}

/** An own yaw and what it truly is, radians. */
export interface SeenYaw {
  readonly own: number;
  readonly shown: number;
}

/**
 * The scale and the bend by which two own yaws show what they do: shown = scale·straightYaw(own, bend).
 * @param farthest own yaw up to which yaw has to rise
 * @returns null where it would not, or not be positive
 */
export function bendThrough(
  halfway: SeenYaw,
  end: SeenYaw,
  farthest: number,
): { scale: number; bend: number } | null {
  const ratio = (end.shown * halfway.own) / (halfway.shown * end.own);
  const bend = (ratio - 1) / (end.own ** 2 - ratio * halfway.own ** 2);
  const scale = end.shown / straightYaw(end.own, bend);
  const rises = end.own ** 2 > ratio * halfway.own ** 2 && slope(farthest, bend) > 0 && scale > 0;
  return rises && Number.isFinite(scale) ? { scale, bend } : null;
}
