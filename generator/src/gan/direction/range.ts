import { flowBetween, smoothed } from './flow.ts';
import { difference, median, mirrorDifference } from './mirror.ts';
import type { Pictures } from './pictures.ts';

/**
 * Rise of a pair's mirror ratio over its least at which its ends are no mirror images any more: portraits-128 starts at
 * .40 and turns back, at 62°, where it comes to .50.
 */
const LARGEST_RISE = 0.08;

/** Share of the pictures' rate of change near the middle below which the turn has come to its end. */
const LEAST_RATE = 0.5;

/**
 * Share of the sideways flow at the zero below which, on both sides together and for this many deviations on end, the
 * turn has come to its end. drifting-64 turns by 25° a deviation to 1.5, by 10° there to 2 and by 4° beyond, while its
 * pictures go on changing and their ends mirror each other ever better: its flow is .62 at 1.25 and .48 and less from
 * 1.5 on. That of portraits-128, which turns to 2.5, is .78 at 2.25 and .65 at 2.5 (32 subjects).
 */
const LEAST_FLOW = 0.55;
const FLOW_OVER = 0.5;

/** How far from the zero the middle reaches, and the least range that is given, in standard deviations. */
const MIDDLE = 1.5;
const LEAST_REACH = 1;

/**
 * The x within which subjects go on turning. A generator that saturates shows it in three ways: on one side the
 * pictures stop changing with x; or they go on changing but turn back or fall apart, and then the two ends of a pair
 * stop being each other's mirror image; or only colours and shapes go on changing, and nothing moves sideways. The range
 * ends at the first of the three, on a side each for the rate, on both for the ratio and the flow.
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
  const reach = Math.min(mirrorReach(sweep, middle, step), flowReach(sweep, middle, step));
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

/** How far from the middle pictures move sideways as x grows. */
function flowReach(sweep: readonly Pictures[], middle: number, step: number): number {
  const most = Math.min(middle, sweep.length - 1 - middle);
  const soft = sweep.map(smoothed);
  const flow = (k: number): number => {
    const [before, after] = [soft[k - 1], soft[k + 1]];
    return before && after ? flowBetween(before, after) : Number.NaN;
  };
  const atZero = mean([-2, -1, 0, 1, 2].map((k) => flow(middle + k)));
  const first = Math.round(LEAST_REACH / step);
  const over = Math.round(FLOW_OVER / step);
  let weak = 0;
  for (let k = first; k < most; k++) {
    const share = (flow(middle - k) + flow(middle + k)) / 2 / atZero;
    weak = share < LEAST_FLOW ? weak + 1 : 0;
    if (weak > over) return k * step;
  }
  return most * step;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

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
