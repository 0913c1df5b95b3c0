import {
  add,
  concat,
  denseLayer,
  layerNorm,
  type ParameterScope,
  reshape,
  silu,
  type Value,
  zeros,
} from '../graph/index.ts';
import type { BodyInputs, BodyOptions } from './body.ts';
import { lecunNormal } from './token-layer.ts';

export const MLP_DEFAULTS: BodyOptions = { width: 512, blocks: 4, heads: 1 };

/**
 * The baseline: a residual MLP over all tokens at once, which gains as much (refiner.md, part 3): 3.6 M parameters at
 * 5 tokens of 256. The last layer starts at 0.
 * @returns f32 [N,T,K], whitened
 */
export function mlpBody(
  scope: ParameterScope,
  { tokens, source, view }: BodyInputs,
  { width, blocks }: BodyOptions,
): Value {
  const [batch, count, size] = tokens.shape as [Value['shape'][number], number, number];
  const all = concat([reshape(tokens, [batch, count * size]), source, view], 1);
  let x = denseLayer(scope.scope('input'), all, width, lecunNormal);
  for (let k = 0; k < blocks; k++) {
    const block = scope.scope(`block${k}`);
    const hidden = silu(denseLayer(block.scope('layer1'), layerNorm(block.scope('norm'), x), width));
    x = add(x, denseLayer(block.scope('layer2'), hidden, width, lecunNormal));
  }
  const correction = denseLayer(
    scope.scope('output'),
    layerNorm(scope.scope('norm'), x),
    count * size,
    zeros,
  );
  return reshape(correction, [batch, count, size]);
}
