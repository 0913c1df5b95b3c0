import { type Gradient, intOf } from '../gradient.ts';
import { normaliseAxis } from '../shape.ts';
import type { Value } from '../value.ts';
import { int } from '../value.ts';
import { mul, sub } from './elementwise.ts';
import { reduceSum } from './reduce.ts';

/** exp(x) over its sum along an axis. */
export function softmax(x: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'Softmax');
  return x.graph.apply('Softmax', [x], { axis: int(at) }, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

export const softmaxGradient: Gradient = (node, [dy]) => {
  const y = node.outputs[0]!;
  const weighted = mul(dy!, y);
  return [sub(weighted, mul(y, reduceSum(weighted, [intOf(node, 'axis')])))];
};
