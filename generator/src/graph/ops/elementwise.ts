import { GraphError } from '../errors.ts';
import { type Gradient, NO_GRADIENT } from '../gradient.ts';
import { broadcastShapes } from '../shape.ts';
import type { DType, Value } from '../value.ts';
import { int, ONNX_TYPE } from '../value.ts';
import { binary, type Operand } from './apply.ts';
import { neg, reciprocal } from './functions.ts';
import { sumTo } from './reduce.ts';

/** Operators of two or three operands that treat each element by itself and broadcast as NumPy does. */

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
export const lessOrEqual = (a: Operand, b: Operand): Value => binary('LessOrEqual', a, b, 'bool');
export const greaterOrEqual = (a: Operand, b: Operand): Value => binary('GreaterOrEqual', a, b, 'bool');
export const equal = (a: Operand, b: Operand): Value => binary('Equal', a, b, 'bool');
/** Both hold. @param a bool @param b bool */
export const and = (a: Value, b: Value): Value => binary('And', a, b, 'bool');
/** x to the power of a number. */
export const pow = (x: Value, exponent: number): Value => binary('Pow', x, exponent);

export const comparisonGradient: null = NO_GRADIENT;

/** Gradient of a two-operand operator: `backward` gives each operand's part at the output's shape. */
const binaryGradient =
  (
    left: (dy: Value, a: Value, b: Value, y: Value) => Value,
    right: (dy: Value, a: Value, b: Value, y: Value) => Value,
  ): Gradient =>
  ({ inputs, outputs }, [dy], needs) => {
    const [a, b] = inputs as readonly [Value, Value];
    return [
      needs[0] ? sumTo(left(dy!, a, b, outputs[0]!), a.shape) : null,
      needs[1] ? sumTo(right(dy!, a, b, outputs[0]!), b.shape) : null,
    ];
  };

export const addGradient: Gradient = binaryGradient(
  (dy) => dy,
  (dy) => dy,
);

/** The sign is changed after the sum, where there may be fewer elements. */
export const subGradient: Gradient = ({ inputs: [a, b] }, [dy], needs) => [
  needs[0] ? sumTo(dy!, a!.shape) : null,
  needs[1] ? neg(sumTo(dy!, b!.shape)) : null,
];

export const mulGradient: Gradient = binaryGradient(
  (dy, _, b) => mul(dy, b),
  (dy, a) => mul(dy, a),
);

export const divGradient: Gradient = binaryGradient(
  (dy, _, b) => (b.data ? mul(dy, reciprocal(b)) : div(dy, b)),
  (dy, _a, b, y) => neg(div(mul(dy, y), b)),
);

/** Of Max and Min: the whole gradient goes to the operand that was taken, to b where they are equal. */
const selectGradient =
  (taken: (a: Value, b: Value) => Value): Gradient =>
  ({ inputs }, [dy], needs) => {
    const [a, b] = inputs as readonly [Value, Value];
    const toA = mul(dy!, cast(taken(a, b), dy!.dtype));
    return [needs[0] ? sumTo(toA, a.shape) : null, needs[1] ? sumTo(sub(dy!, toA), b.shape) : null];
  };

export const maxGradient: Gradient = selectGradient(greater);
export const minGradient: Gradient = selectGradient(less);

/** The exponent is a constant. */
export const powGradient: Gradient = ({ inputs: [x, exponent] }, [dy]) => {
  const power = exponent!.data?.[0];
  if (power === undefined || exponent!.shape.length > 0)
    throw new GraphError('Pow: expected a constant exponent, got a value');
  return [mul(dy!, mul(pow(x!, Number(power) - 1), Number(power))), null];
};

/** Limits every element to minimum..maximum. */
export function clip(x: Value, minimum: number, maximum: number): Value {
  const { graph } = x;
  const dtype = x.dtype === 'float16' ? 'float16' : 'float32';
  const inputs = [x, graph.scalar(minimum, dtype), graph.scalar(maximum, dtype)];
  return graph.apply('Clip', inputs, {}, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** Where clipping changed nothing, the limits themselves included. */
export const clipGradient: Gradient = ({ inputs: [x], outputs: [y] }, [dy]) => [
  mul(dy!, cast(equal(x!, y!), dy!.dtype)),
  null,
  null,
];

/** a where the condition holds, else b; all three broadcast. */
export function where(condition: Value, a: Value, b: Value): Value {
  if (condition.dtype !== 'bool')
    throw new GraphError(`Where: expected a bool condition, got ${condition.dtype}`);
  if (a.dtype !== b.dtype)
    throw new GraphError(`Where: expected equal dtypes, got ${a.dtype} and ${b.dtype}`);
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape, 'Where'), 'Where');
  return a.graph.apply('Where', [condition, a, b], {}, [{ dtype: a.dtype, shape }])[0]!;
}

export const whereGradient: Gradient = ({ inputs: [condition, a, b] }, [dy], needs) => {
  const zero = dy!.graph.scalar(0);
  return [
    null,
    needs[1] ? sumTo(where(condition!, dy!, zero), a!.shape) : null,
    needs[2] ? sumTo(where(condition!, zero, dy!), b!.shape) : null,
  ];
};

const FLOATS: readonly DType[] = ['float32', 'float16'];

/** The same elements in another dtype; the value itself where it already has it. */
export function cast(x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return x.graph.apply('Cast', [x], { to: int(ONNX_TYPE[dtype]), saturate: int(1) }, [
    { dtype, shape: x.shape },
  ])[0]!;
}

/** Between floats; from and to other dtypes nothing flows. */
export const castGradient: Gradient = ({ inputs: [x], outputs: [y] }, [dy]) => [
  FLOATS.includes(x!.dtype) && FLOATS.includes(y!.dtype) ? cast(dy!, x!.dtype) : null,
];
