import { GraphError } from '../errors.ts';
import { broadcastShapes, describeShape } from '../shape.ts';
import type { Value } from '../value.ts';
import { float, int } from '../value.ts';

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
