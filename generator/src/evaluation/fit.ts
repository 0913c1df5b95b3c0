import { requirePairs } from './errors.ts';
import { type Line, PairMoments } from './moments.ts';

/** Moments of two lists taken as pairs. */
export function pairMoments(x: ArrayLike<number>, y: ArrayLike<number>): PairMoments {
  const moments = new PairMoments();
  for (let k = 0; k < x.length; k++) moments.add(x[k]!, y[k]!);
  return moments;
}

/**
 * The scale that minimises Σ(scale·x − y)².
 *
 * @returns 0 where x is zero throughout: every scale is as good, and 0 claims least
 * @throws EvaluationError where the lengths differ
 */
export function fitScale(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requirePairs('fitScale', x, y);
  let products = 0;
  let squares = 0;
  for (let k = 0; k < x.length; k++) {
    products += x[k]! * y[k]!;
    squares += x[k]! ** 2;
  }
  return squares > 0 ? products / squares : 0;
}

/**
 * The line that minimises Σ(scale·x + offset − y)²; scale 0 where x is constant.
 *
 * @throws EvaluationError where the lengths differ
 */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>): Line {
  requirePairs('fitLine', x, y);
  return pairMoments(x, y).fitLine();
}
