import { normaliseAxis } from '../shape.ts';
import type { Dim, Value } from '../value.ts';
import { int } from '../value.ts';

export interface ReduceOptions {
  /** Keeps the reduced axes with size 1. */
  readonly keepDims: boolean;
}

export const REDUCE_DEFAULTS: ReduceOptions = { keepDims: true };

function reduce(op: string, x: Value, axes: readonly number[], options: Partial<ReduceOptions>): Value {
  const { keepDims } = { ...REDUCE_DEFAULTS, ...options };
  const reduced = new Set(axes.map((axis) => normaliseAxis(axis, x.shape.length, op)));
  const shape: Dim[] = [];
  x.shape.forEach((dim, i) => {
    if (!reduced.has(i)) shape.push(dim);
    else if (keepDims) shape.push(1);
  });
  const attributes = { keepdims: int(keepDims ? 1 : 0), noop_with_empty_axes: int(0) };
  const sorted = [...reduced].sort((a, b) => a - b);
  return x.graph.apply(op, [x, x.graph.integers(sorted)], attributes, [{ dtype: x.dtype, shape }])[0]!;
}

/** Sum over axes. */
export const reduceSum = (x: Value, axes: readonly number[], options: Partial<ReduceOptions> = {}): Value =>
  reduce('ReduceSum', x, axes, options);

/** Mean over axes. */
export const reduceMean = (x: Value, axes: readonly number[], options: Partial<ReduceOptions> = {}): Value =>
  reduce('ReduceMean', x, axes, options);
