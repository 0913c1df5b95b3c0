import { EvaluationError } from './errors.ts';

/** Features of pictures, one vector of the same length each. */
export type Features = readonly ArrayLike<number>[];

/** Length of the vectors. @throws EvaluationError where there are fewer than `least`, or their lengths differ */
export function featureLength(metric: string, features: Features, least: number): number {
  const length = features[0]?.length ?? 0;
  if (features.length < least || length === 0)
    throw new EvaluationError(
      `${metric}: expected at least ${least} vectors of features, got ${features.length}`,
    );
  for (const vector of features)
    if (vector.length !== length)
      throw new EvaluationError(
        `${metric}: expected vectors of one length, got ${length} and ${vector.length} numbers`,
      );
  return length;
}

/** Length that two sets have in common. */
export function commonLength(metric: string, a: Features, b: Features, least: number): number {
  const [lengthA, lengthB] = [featureLength(metric, a, least), featureLength(metric, b, least)];
  if (lengthA === lengthB) return lengthA;
  throw new EvaluationError(
    `${metric}: expected vectors of one length, got ${lengthA} and ${lengthB} numbers`,
  );
}
