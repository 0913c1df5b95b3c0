import { requirePairs } from './errors.ts';
import { pairMoments } from './fit.ts';

/**
 * Pearson's correlation, −1..1.
 *
 * @param a, b  as many numbers each
 * @returns NaN where a list is constant, or shorter than two: there is nothing to correlate
 * @throws EvaluationError where the lengths differ
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  requirePairs('pearson', a, b);
  return pairMoments(a, b).pearson();
}

/**
 * Ranks from 1 upwards; equal values share the mean of their ranks.
 *
 * @returns f64, as many as `values`
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, k) => k).sort((i, j) => values[i]! - values[j]!);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    // Ranks from+1..to, whose mean is this.
    for (let k = from; k < to; k++) out[order[k]!] = (from + to + 1) / 2;
    from = to;
  }
  return out;
}

/**
 * Spearman's rank correlation, −1..1: Pearson's of the ranks, ties by their mean rank.
 *
 * @returns NaN where a list is constant
 * @throws EvaluationError where the lengths differ
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  requirePairs('spearman', a, b);
  return pearson(ranks(a), ranks(b));
}

/** Cosine of the angle between two vectors; NaN where one is zero. */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  requirePairs('cosineSimilarity', a, b);
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!;
    squaresA += a[k]! ** 2;
    squaresB += b[k]! ** 2;
  }
  return product / Math.sqrt(squaresA * squaresB);
}
