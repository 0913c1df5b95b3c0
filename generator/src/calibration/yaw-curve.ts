import { isotonic } from './isotonic.ts';

/** Yaw along a direction: straight pieces between points. */
export interface YawCurve {
  /** Strictly rising; x from the subject's frontal one. At least two. */
  readonly x: readonly number[];
  /** Radians, never falling, one for each x. */
  readonly yaw: readonly number[];
}

/** A curve through points, made to rise where they do not. @param x strictly rising */
export function risingCurve(x: ArrayLike<number>, yaw: ArrayLike<number>): YawCurve {
  if (x.length !== yaw.length || x.length < 2)
    throw new RangeError(
      `Expected two or more points for a yaw curve but received ${x.length} x, ${yaw.length} yaw`,
    );
  for (let k = 1; k < x.length; k++)
    if (!(x[k]! > x[k - 1]!))
      throw new RangeError(`Expected rising x for a yaw curve but received ${x[k - 1]} before ${x[k]}`);
  return { x: Array.from(x), yaw: isotonic(yaw) };
}

/** Yaw at an x, held at the curve's ends. Radians. */
export function yawAt({ x, yaw }: YawCurve, at: number): number {
  return interpolate(x, yaw, at);
}

/**
 * The x of a yaw, held at the curve's ends: `yawAt` of it is the yaw again. Where the curve stands still at that
 * yaw, the middle of the stretch.
 * @param wanted radians
 */
export function xAt({ x, yaw }: YawCurve, wanted: number): number {
  const last = x.length - 1;
  if (wanted < yaw[0]!) return x[0]!;
  if (wanted > yaw[last]!) return x[last]!;
  const first = yaw.findIndex((value) => value >= wanted);
  let end = first;
  while (end < last && yaw[end + 1]! === wanted) end++;
  if (yaw[first] === wanted) return (x[first]! + x[end]!) / 2;
  const share = (wanted - yaw[first - 1]!) / (yaw[first]! - yaw[first - 1]!);
  return x[first - 1]! + share * (x[first]! - x[first - 1]!);
}

/** Least and largest yaw of a curve, radians. */
export function yawLimits({ yaw }: YawCurve): readonly [number, number] {
  return [yaw[0]!, yaw.at(-1)!];
}

/** Linear between points, held at the ends. @param x strictly rising */
export function interpolate(x: ArrayLike<number>, y: ArrayLike<number>, at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  let k = 1;
  while (x[k]! < at) k++;
  const share = (at - x[k - 1]!) / (x[k]! - x[k - 1]!);
  return y[k - 1]! + share * (y[k]! - y[k - 1]!);
}
