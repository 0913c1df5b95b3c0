import { GraphError } from '../errors.ts';
import { type Gradient, integersOf, NO_GRADIENT } from '../gradient.ts';
import { broadcastShapes, describeShape, known, normaliseAxis } from '../shape.ts';
import type { Dim, Shape, Value } from '../value.ts';
import { int } from '../value.ts';
import { binary } from './apply.ts';
import { reshape } from './layout.ts';

/** Operators that fold axes into one number, and those that repeat one number along axes: each other's adjoints. */

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

/** Largest element over axes. */
export const reduceMax = (x: Value, axes: readonly number[], options: Partial<ReduceOptions> = {}): Value =>
  reduce('ReduceMax', x, axes, options);

/** Smallest element over axes. */
export const reduceMin = (x: Value, axes: readonly number[], options: Partial<ReduceOptions> = {}): Value =>
  reduce('ReduceMin', x, axes, options);

/** All axes of a value. */
export const allAxes = (x: Value): number[] => x.shape.map((_, i) => i);

/** Mean of all elements, shape []. */
export const mean = (x: Value): Value => reduceMean(x, allAxes(x), { keepDims: false });

/** Sum of all elements, shape []. */
export const sum = (x: Value): Value => reduceSum(x, allAxes(x), { keepDims: false });

/** The gradient of a reduced value with its axes put back as 1. */
function keptShape(x: Value, axes: readonly number[]): Dim[] {
  return x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
}

export const reduceSumGradient: Gradient = ({ inputs: [x, axes] }, [dy]) => [
  expand(reshape(dy!, keptShape(x!, integersOf(axes))), x!.shape),
  null,
];

export const reduceMeanGradient: Gradient = ({ inputs: [x, axes] }, [dy]) => {
  const reduced = integersOf(axes);
  const count = reduced.reduce((n, axis) => n * known(x!.shape[axis], 'ReduceMean'), 1);
  return [expand(binary('Mul', reshape(dy!, keptShape(x!, reduced)), 1 / count), x!.shape), null];
};

/** Of ReduceMax and ReduceMin: to the element that was taken; equal ones share. */
export const reduceExtremeGradient: Gradient = ({ inputs: [x, axes], outputs: [y] }, [dy]) => {
  const reduced = integersOf(axes);
  const kept = keptShape(x!, reduced);
  const equal = binary('Equal', x!, reshape(y!, kept), 'bool');
  const taken = x!.graph.apply('Cast', [equal], { to: int(1), saturate: int(1) }, [
    { dtype: 'float32', shape: x!.shape },
  ])[0]!;
  const share = binary('Div', reshape(dy!, kept), reduceSum(taken, reduced));
  return [binary('Mul', taken, share), null];
};

/** Index of the first largest element of an axis, which stays with size 1. @returns int64 */
export function argMax(x: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'ArgMax');
  const attributes = { axis: int(at), keepdims: int(1), select_last_index: int(0) };
  const shape = x.shape.map((d, i) => (i === at ? 1 : d));
  return x.graph.apply('ArgMax', [x], attributes, [{ dtype: 'int64', shape }])[0]!;
}

export const argMaxGradient: null = NO_GRADIENT;

/** Repeats along axes of size 1 until the shape is reached, as broadcasting does. */
export function expand(x: Value, shape: Shape): Value {
  const wanted = broadcastShapes(x.shape, shape, 'Expand');
  if (describeShape(wanted) !== describeShape(shape))
    throw new GraphError(`Expand: ${describeShape(x.shape)} does not grow to ${describeShape(shape)}`);
  if (describeShape(x.shape) === describeShape(shape)) return x;
  const sizes = x.graph.integers(shape.map((d) => known(d, 'Expand')));
  return x.graph.apply('Expand', [x, sizes], {}, [{ dtype: x.dtype, shape }])[0]!;
}

export const expandGradient: Gradient = ({ inputs: [x] }, [dy]) => [sumTo(dy!, x!.shape), null];

/** Undoes broadcasting: sums over the axes along which a value of `shape` was repeated. */
export function sumTo(x: Value, shape: Shape): Value {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, i) => (i < extra || (shape[i - extra] === 1 && d !== 1) ? [i] : []));
  return axes.length === 0 ? x : reshape(reduceSum(x, axes), shape);
}

/** Repeats the whole value along each axis. */
export function tile(x: Value, repeats: readonly number[]): Value {
  if (repeats.length !== x.shape.length || repeats.some((n) => !Number.isInteger(n) || n < 1))
    throw new GraphError(`Tile: ${describeShape(repeats)} does not fit ${describeShape(x.shape)}`);
  const shape = x.shape.map((d, i) => (repeats[i] === 1 ? d : known(d, 'Tile') * repeats[i]!));
  return x.graph.apply('Tile', [x, x.graph.integers(repeats)], {}, [{ dtype: x.dtype, shape }])[0]!;
}

export const tileGradient: Gradient = ({ inputs: [x, repeats] }, [dy]) => {
  const counts = integersOf(repeats);
  const split = reshape(
    dy!,
    x!.shape.flatMap((d, i) => [counts[i]!, d]),
  );
  const axes = counts.map((_, i) => 2 * i);
  return [reduceSum(split, axes, { keepDims: false }), null];
};
