import { GraphError } from '../errors.ts';
import type { Gradient } from '../gradient.ts';
import { broadcastShapes, describeShape, elementCount } from '../shape.ts';
import type { Value } from '../value.ts';
import { float, int } from '../value.ts';
import { reshape, transpose, transposeLast } from './layout.ts';
import { reduceSum, sumTo } from './reduce.ts';

/** Matrix product of the last two axes; leading axes broadcast. Both operands need at least two axes. */
export function matMul(a: Value, b: Value): Value {
  const [rows, inner] = a.shape.slice(-2);
  const [innerB, columns] = b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2 || inner !== innerB || a.dtype !== b.dtype)
    throw new GraphError(
      `MatMul: ${a.dtype} ${describeShape(a.shape)} does not fit ${b.dtype} ${describeShape(b.shape)}`,
    );
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), 'MatMul');
  return a.graph.apply('MatMul', [a, b], {}, [{ dtype: a.dtype, shape: [...leading, rows!, columns!] }])[0]!;
}

/** ONNX Runtime takes a Transpose of the last two axes into the product, so none is carried out. */
export const matMulGradient: Gradient = ({ inputs }, [dy], needs) => {
  const [a, b] = inputs as readonly [Value, Value];
  const da = needs[0] ? sumTo(matMul(dy!, transposeLast(b)), a.shape) : null;
  if (!needs[1]) return [da, null];
  if (b.shape.length > 2 || a.shape.length === 2) return [da, sumTo(matMul(transposeLast(a), dy!), b.shape)];
  // One matrix for the whole batch: its rows are one long product instead of a product each and a sum.
  const rows = elementCount(a.shape.slice(0, -1));
  const [inner, columns] = b.shape;
  return [da, matMul(transpose(reshape(a, [rows, inner!]), [1, 0]), reshape(dy!, [rows, columns!]))];
};

/** x·Wᵀ + b: a dense layer. @param x [M,K] @param weight [N,K] @param bias [N] @returns [M,N] */
export function linear(x: Value, weight: Value, bias: Value | null = null): Value {
  const [outputs, inputs] = weight.shape;
  if (x.shape.length !== 2 || weight.shape.length !== 2 || x.shape[1] !== inputs)
    throw new GraphError(
      `Gemm: ${describeShape(x.shape)} does not fit a weight of ${describeShape(weight.shape)}`,
    );
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
    throw new GraphError(`Gemm: expected a bias of [${outputs}], got ${describeShape(bias.shape)}`);
  const attributes = { alpha: float(1), beta: float(1), transA: int(0), transB: int(1) };
  const operands = bias ? [x, weight, bias] : [x, weight];
  return x.graph.apply('Gemm', operands, attributes, [
    { dtype: x.dtype, shape: [x.shape[0]!, outputs!] },
  ])[0]!;
}

export const linearGradient: Gradient = ({ inputs: [x, weight] }, [dy], needs) => [
  needs[0] ? matMul(dy!, weight!) : null,
  needs[1] ? matMul(transpose(dy!, [1, 0]), x!) : null,
  needs[2] ? reduceSum(dy!, [0], { keepDims: false }) : null,
];
