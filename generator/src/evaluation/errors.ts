/** Numbers that a metric is not defined for: lengths that differ, shapes that do not fit, nothing to count. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code = 'evaluation';
}

/** Checks that two lists of numbers belong together. */
export function requirePairs(metric: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length)
    throw new EvaluationError(
      `${metric}: expected as many numbers in both lists, got ${a.length} and ${b.length}`,
    );
}
