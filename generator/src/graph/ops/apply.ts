import { GraphError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import type { Attributes, DType, Value } from '../value.ts';

/** How element-wise nodes are made; the layer below every operator, so that their gradients need no cycle. */

/** A value, or a number that becomes a scalar constant of the other operand's dtype. */
export type Operand = Value | number;

const FLOATS: readonly DType[] = ['float32', 'float16'];

/** Two operands that broadcast as NumPy's do. `result` is the output's dtype where it is not theirs. */
export function binary(op: string, a: Operand, b: Operand, result?: DType): Value {
  const reference = typeof a === 'number' ? b : a;
  if (typeof reference === 'number')
    throw new GraphError(`${op}: expected at least one value, got two numbers`);
  const { graph } = reference;
  const lift = (x: Operand): Value =>
    typeof x === 'number' ? graph.scalar(x, reference.dtype === 'float16' ? 'float16' : 'float32') : x;
  const x = lift(a);
  const y = lift(b);
  if (x.dtype !== y.dtype)
    throw new GraphError(`${op}: expected equal dtypes, got ${x.dtype} and ${y.dtype}`);
  const shape = broadcastShapes(x.shape, y.shape, op);
  return graph.apply(op, [x, y], {}, [{ dtype: result ?? x.dtype, shape }])[0]!;
}

/** One float operand. */
export function unary(op: string, x: Value, attributes: Attributes = {}): Value {
  if (!FLOATS.includes(x.dtype)) throw new GraphError(`${op}: expected a float value, got ${x.dtype}`);
  return x.graph.apply(op, [x], attributes, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}
