import { GraphError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import type { Attributes, DType, Value } from '../value.ts';
import { float, int } from '../value.ts';

/** Operators that treat each element by itself. Binary ones broadcast as NumPy does. */

/** A value, or a number that becomes a scalar constant of the other operand's dtype. */
export type Operand = Value | number;

const FLOATS: readonly DType[] = ['float32', 'float16'];

function binary(op: string, a: Operand, b: Operand, result?: DType): Value {
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

function unary(op: string, x: Value, attributes: Attributes = {}): Value {
  if (!FLOATS.includes(x.dtype)) throw new GraphError(`${op}: expected a float value, got ${x.dtype}`);
  return x.graph.apply(op, [x], attributes, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

export const add = (a: Operand, b: Operand): Value => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Value => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Value => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Value => binary('Div', a, b);
/** a where a > b, else b. */
export const max = (a: Operand, b: Operand): Value => binary('Max', a, b);
/** a where a < b, else b. */
export const min = (a: Operand, b: Operand): Value => binary('Min', a, b);
export const less = (a: Operand, b: Operand): Value => binary('Less', a, b, 'bool');
export const greater = (a: Operand, b: Operand): Value => binary('Greater', a, b, 'bool');

export const neg = (x: Value): Value => unary('Neg', x);
export const abs = (x: Value): Value => unary('Abs', x);
export const sqrt = (x: Value): Value => unary('Sqrt', x);
export const reciprocal = (x: Value): Value => unary('Reciprocal', x);
export const exp = (x: Value): Value => unary('Exp', x);
export const log = (x: Value): Value => unary('Log', x);
export const tanh = (x: Value): Value => unary('Tanh', x);
export const sigmoid = (x: Value): Value => unary('Sigmoid', x);
export const relu = (x: Value): Value => unary('Relu', x);

/** x where x > 0, else alpha·x. */
export const leakyRelu = (x: Value, alpha: number): Value => unary('LeakyRelu', x, { alpha: float(alpha) });

/** Limits every element to minimum..maximum. */
export function clip(x: Value, minimum: number, maximum: number): Value {
  const { graph } = x;
  const dtype = x.dtype === 'float16' ? 'float16' : 'float32';
  const inputs = [x, graph.scalar(minimum, dtype), graph.scalar(maximum, dtype)];
  return graph.apply('Clip', inputs, {}, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** a where the condition holds, else b; all three broadcast. */
export function where(condition: Value, a: Value, b: Value): Value {
  if (condition.dtype !== 'bool')
    throw new GraphError(`Where: expected a bool condition, got ${condition.dtype}`);
  if (a.dtype !== b.dtype)
    throw new GraphError(`Where: expected equal dtypes, got ${a.dtype} and ${b.dtype}`);
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape, 'Where'), 'Where');
  return a.graph.apply('Where', [condition, a, b], {}, [{ dtype: a.dtype, shape }])[0]!;
}

const ONNX_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** The same elements in another dtype; the value itself where it already has it. */
export function cast(x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return x.graph.apply('Cast', [x], { to: int(ONNX_TYPE[dtype]), saturate: int(1) }, [
    { dtype, shape: x.shape },
  ])[0]!;
}
