import {
  matMul,
  mul,
  type ParameterScope,
  reshape,
  softmax,
  split,
  transpose,
  type Value,
} from '../graph/index.ts';
import { RefinerError } from './errors.ts';
import { tokenLayer } from './token-layer.ts';

/**
 * Multi-head self-attention: softmax(QKᵀ/√(d/h))·V in each head, then a dense layer (Vaswani et al. 2017).
 * @param x f32 [N,T,d] @param heads h, a divisor of d @returns f32 [N,T,d]
 */
export function selfAttention(scope: ParameterScope, x: Value, heads: number): Value {
  const [batch, tokens, width] = x.shape as [Value['shape'][number], number, number];
  const size = width / heads;
  if (!Number.isInteger(size))
    throw new RefinerError(`attention: expected heads that divide a width of ${width}, got ${heads}`);
  const all = tokenLayer(scope.scope('qkv'), x, 3 * width);
  const [query, key, value] = split(all, 2, [width, width, width]).map((part) =>
    reshape(part, [batch, tokens, heads, size]),
  ) as [Value, Value, Value];
  const scores = matMul(
    mul(transpose(query, [0, 2, 1, 3]), 1 / Math.sqrt(size)),
    transpose(key, [0, 2, 3, 1]),
  );
  const mixed = matMul(softmax(scores, 3), transpose(value, [0, 2, 1, 3]));
  return tokenLayer(
    scope.scope('output'),
    reshape(transpose(mixed, [0, 2, 1, 3]), [batch, tokens, width]),
    width,
  );
}
