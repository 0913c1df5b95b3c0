import {
  add,
  type Initialiser,
  matMul,
  normal,
  type ParameterScope,
  transpose,
  type Value,
  zeros,
} from '../graph/index.ts';

/** Normal with deviation √(1/fan-in) (LeCun et al. 1998): keeps the variance where no ReLU halves it. */
export const lecunNormal: Initialiser = (shape, random) =>
  normal(Math.sqrt(1 / shape.slice(1).reduce((a, b) => a * b, 1)))(shape, random);

/** Dense layer for each token. @param x f32 [N,T,K] @returns f32 [N,T,outputs] */
export function tokenLayer(
  scope: ParameterScope,
  x: Value,
  outputs: number,
  initialise: Initialiser = lecunNormal,
): Value {
  const weight = scope.parameter('weight', [outputs, x.shape[2] as number], initialise);
  return add(matMul(x, transpose(weight, [1, 0])), scope.parameter('bias', [outputs], zeros));
}
