import { radians, type View, type ViewRange, wrapAngle } from '../asset/index.ts';

/**
 * What a character does for a camera beyond its stored views.
 * - `clamp`: the last view goes with the camera; behind the character, it looks round from one end to the other.
 * - `turn`: the character turns after the camera, no faster than its rate; until it has, as `clamp`.
 * - `fade`: as `clamp`, and out of sight within 30°.
 *
 * `clamp` is what a crowd wants: it has no state, so that every camera and every frame sees the same, costs nothing, and
 * nobody vanishes or spins where a player walks through.
 */
export type BeyondRange = 'clamp' | 'turn' | 'fade';

/** Half of the way about the back, over which one end of the range becomes the other. */
const BACK = radians(20);

/** Within this, a fading character is gone. */
const FADE = radians(30);

/** The yaws that are stored; null where they close into a ring, or nearly. */
export function storedRange(views: readonly View[]): ViewRange | null {
  const yaws = views.map(({ yaw }) => yaw);
  const [minimum, maximum] = [Math.min(...yaws), Math.max(...yaws)];
  const step = (maximum - minimum) / Math.max(1, new Set(yaws).size - 1);
  return yaws.length > 2 && 2 * Math.PI - (maximum - minimum) <= 1.001 * step ? null : { minimum, maximum };
}

/** Radians beyond the nearer end, 0 within. */
export function beyondBy(yaw: number, { minimum, maximum }: ViewRange): number {
  const middle = (minimum + maximum) / 2;
  return Math.max(0, Math.abs(wrapAngle(yaw - middle)) - (maximum - minimum) / 2);
}

/**
 * The yaw that is shown to a camera at `yaw`: its own within the range, the nearer end beyond. About the back it goes from
 * one end to the other, so that it is continuous all the way round.
 */
export function heldYaw(yaw: number, range: ViewRange): number {
  const middle = (range.minimum + range.maximum) / 2;
  const half = (range.maximum - range.minimum) / 2;
  const turn = wrapAngle(yaw - middle);
  if (Math.abs(turn) <= half) return middle + turn;
  const back = Math.min(BACK, Math.PI - half);
  return middle + Math.sign(turn) * half * Math.min(1, (Math.PI - Math.abs(turn)) / back);
}

/** Opacity of a fading character, 0..1. */
export function fadeOpacity(yaw: number, range: ViewRange): number {
  const t = Math.min(1, beyondBy(yaw, range) / FADE);
  return 1 - t * t * (3 - 2 * t);
}

/**
 * How far a turning character has turned, a moment later: by what brings the camera back into its range, and no faster
 * than its rate.
 * @param facing  radians, so far
 * @param yaw     of the camera, of a character that has not turned
 * @param most    radians that it may turn in this moment
 */
export function turnAfter(facing: number, yaw: number, range: ViewRange, most: number): number {
  const off = wrapAngle(yaw - facing - (range.minimum + range.maximum) / 2);
  return wrapAngle(facing + Math.sign(off) * Math.min(beyondBy(yaw - facing, range), most));
}
