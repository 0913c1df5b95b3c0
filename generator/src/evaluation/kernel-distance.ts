import { type BootstrapOptions, type Interval, resampledInterval } from './bootstrap.ts';
import { EvaluationError } from './errors.ts';
import { commonLength, type Features } from './features.ts';

/** A set of pictures, some of which may show the same subject. */
export interface KernelSet {
  readonly features: Features;
  /** Which subject each picture shows. Left out: each its own. */
  readonly subjects?: readonly number[];
}

export interface KernelDistance {
  /** Unbiased: it can fall below 0. */
  readonly value: number;
  /** Of the value, by bootstrap over the subjects of both sets. */
  readonly interval: Interval;
}

/** Cubic kernel of Bińkowski et al. (2018): (x·y ÷ d + 1)³. */
function kernel(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let product = 0;
  for (let k = 0; k < x.length; k++) product += x[k]! * y[k]!;
  return (product / x.length + 1) ** 3;
}

/** Sums of the kernel over the pairs of two lists of subjects, and how many pairs they are. */
interface PairSums {
  readonly count: number;
  readonly others: number;
  readonly sums: Float64Array;
  readonly pairs: Float64Array;
}

function pairSums(a: Grouped, b: Grouped): PairSums {
  const sums = new Float64Array(a.count * b.count);
  const pairs = new Float64Array(a.count * b.count);
  a.features.forEach((x, i) => {
    b.features.forEach((y, j) => {
      const at = a.group[i]! * b.count + b.group[j]!;
      // A symmetric set: half of the pairs say it all.
      if (a === b && j < i) return;
      const value = a === b && a.group[i] === b.group[j] ? 0 : kernel(x, y);
      sums[at]! += value;
      pairs[at]! += 1;
      if (a !== b || i === j) return;
      const mirrored = b.group[j]! * b.count + a.group[i]!;
      sums[mirrored]! += value;
      pairs[mirrored]! += 1;
    });
  });
  return { count: a.count, others: b.count, sums, pairs };
}

interface Grouped {
  readonly features: Features;
  /** Of each picture, 0..count − 1. */
  readonly group: readonly number[];
  readonly count: number;
}

function grouped({ features, subjects }: KernelSet): Grouped {
  if (subjects && subjects.length !== features.length)
    throw new EvaluationError(
      `kernelDistance: expected a subject for each of ${features.length} pictures, got ${subjects.length}`,
    );
  const numbers = new Map<number, number>();
  const group = features.map((_, k) => {
    const subject = subjects ? subjects[k]! : k;
    if (!numbers.has(subject)) numbers.set(subject, numbers.size);
    return numbers.get(subject)!;
  });
  return { features, group, count: numbers.size };
}

/** Mean of the kernel over chosen subjects' pairs; `within`: of different ones. */
function meanOver(
  { others, sums, pairs }: PairSums,
  rows: readonly number[],
  columns: readonly number[],
  within: boolean,
): number {
  let [sum, count] = [0, 0];
  for (const row of rows)
    for (const column of columns) {
      if (within && row === column) continue;
      sum += sums[row * others + column]!;
      count += pairs[row * others + column]!;
    }
  return sum / count;
}

/**
 * Squared maximum mean discrepancy of two sets of features under the cubic kernel, the unbiased estimate over whole sets.
 * With features of Inception-v3 it is the KID (its first implementation means over subsets, which has the same expectation).
 *
 * Pairs of pictures of one subject are left out of the terms within a set, as a picture's pair with itself is: they are no
 * independent draws, and a model whose views agree would be charged for it. In a resample the same goes for copies.
 *
 * @throws EvaluationError where a set has less than two subjects, or lengths differ
 */
export function kernelDistance(
  a: KernelSet,
  b: KernelSet,
  options: Partial<BootstrapOptions> = {},
): KernelDistance {
  commonLength('kernelDistance', a.features, b.features, 2);
  const [first, second] = [grouped(a), grouped(b)];
  for (const { count } of [first, second])
    if (count < 2) throw new EvaluationError(`kernelDistance: expected at least 2 subjects, got ${count}`);
  const [aa, ab, bb] = [pairSums(first, first), pairSums(first, second), pairSums(second, second)];
  const distance = (rows: readonly number[], columns: readonly number[]) =>
    meanOver(aa, rows, rows, true) +
    meanOver(bb, columns, columns, true) -
    2 * meanOver(ab, rows, columns, false);
  const all = [first, second].map(({ count }) => Array.from({ length: count }, (_, k) => k));
  const [rows, columns] = all as [number[], number[]];
  return {
    value: distance(rows, columns),
    interval: resampledInterval([rows, columns], ([r, c]) => distance(r!, c!), {
      resamples: 200,
      ...options,
    }),
  };
}
