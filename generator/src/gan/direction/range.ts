import { difference, median, mirrorDifference } from './mirror.ts';
import type { Pictures } from './pictures.ts';

/**
 * Rise of a pair's mirror ratio over its least at which its ends are no mirror images any more: portraits-128 starts at
 * .40 and turns back, at 62°, where it comes to .50.
 */
const LARGEST_RISE = 0.08;

/** Share of the pictures' rate of change near the middle below which the turn has come to its end. */
const LEAST_RATE = 0.5;

/** How far from the zero the middle reaches, and the least range that is given, in standard deviations. */
const MIDDLE = 1.5;
const LEAST_REACH = 1;

/**
 * The x within which subjects go on turning. A generator that saturates shows it in two ways: on one side the
 * pictures stop changing with x; or they go on changing but turn back or fall apart, and then the two ends of a pair
 * stop being each other's mirror image. The range ends at the first of the two, on a side each for the rate, on both
 * for the ratio.
 * @param xs    even steps that hold the zero's neighbourhood
 * @param sweep pictures of all subjects for each x
 */
export function turningRange(
  xs: readonly number[],
  sweep: readonly Pictures[],
  zero: number,
): [number, number] {
  const step = xs[1]! - xs[0]!;
  const middle = Math.round((zero - xs[0]!) / step);
  const reach = mirrorReach(sweep, middle, step);
  const rates = sweep.map((_, k) =>
    k === 0 || k === sweep.length - 1 ? Number.NaN : change(sweep[k - 1]!, sweep[k + 1]!),
  );
  const inner = rates.filter((rate, k) => !Number.isNaN(rate) && Math.abs(xs[k]! - zero) <= MIDDLE + 1e-6);
  const least = LEAST_RATE * median(inner);
  const end = (side: 1 | -1): number => {
    let k = middle;
    while (
      xs[k + side] !== undefined &&
      Math.abs(xs[k + side]! - xs[middle]!) <= reach + 1e-6 &&
      !(rates[k + side]! < least && Math.abs(xs[k + side]! - xs[middle]!) > LEAST_REACH)
    )
      k += side;
    return xs[k]!;
  };
  return [end(-1), end(1)];
}

/** How far from the middle pairs still mirror each other: out to where the ratio rises, and goes on to the end. */
function mirrorReach(sweep: readonly Pictures[], middle: number, step: number): number {
  const most = Math.min(middle, sweep.length - 1 - middle);
  const first = Math.round(LEAST_REACH / step);
  const ratios: number[] = [];
  for (let k = first; k <= most; k++) ratios.push(mirrorRatio(sweep[middle + k]!, sweep[middle - k]!));
  let foot = ratios.length - 1;
  while (foot > 0 && ratios[foot - 1]! < ratios[foot]!) foot--;
  const risen = ratios.findIndex((ratio, k) => k > foot && ratio > ratios[foot]! + LARGEST_RISE);
  // A zero off the grid's middle leaves one side longer; nothing was measured against its end.
  return (risen < 0 ? most : first + risen - 1) * step;
}

function mirrorRatio(a: Pictures, b: Pictures): number {
  let [mirrored, plain] = [0, 0];
  a.images.forEach((image, n) => {
    mirrored += mirrorDifference(image, b.images[n]!, a.size);
    plain += difference(image, b.images[n]!);
  });
  return plain > 0 ? mirrored / plain : 1;
}

/** Mean RMS difference. */
function change(a: Pictures, b: Pictures): number {
  const sum = a.images.reduce(
    (total, image, n) => total + Math.sqrt(difference(image, b.images[n]!) / image.length),
    0,
  );
  return sum / a.images.length;
}
