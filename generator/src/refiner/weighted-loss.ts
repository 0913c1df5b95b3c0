import { add, mul, type Value } from '../graph/index.ts';

/** A loss and its parts before they are weighted, each float32 []. */
export interface RefinerLoss {
  readonly loss: Value;
  readonly parts: Readonly<Record<string, Value>>;
}

/** Σ weight·part; a part of weight 0 is reported and costs no gradient. @param options weights by the parts' names */
export function weightedLoss(parts: Readonly<Record<string, Value>>, options: object): RefinerLoss {
  const weights = options as Readonly<Record<string, number>>;
  const loss = Object.entries(parts)
    .filter(([name]) => weights[name] !== 0)
    .map(([name, value]) => mul(value, weights[name]!))
    .reduce((a, b) => add(a, b));
  return { loss, parts };
}
