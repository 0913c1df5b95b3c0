import {
  add,
  denseLayer,
  layerNorm,
  mul,
  normal,
  type ParameterScope,
  reshape,
  silu,
  split,
  type Value,
  zeros,
} from '../graph/index.ts';
import { selfAttention } from './attention.ts';
import type { BodyInputs, BodyOptions } from './body.ts';
import { lecunNormal, tokenLayer } from './token-layer.ts';

export const TRANSFORMER_DEFAULTS: BodyOptions = { width: 192, blocks: 4, heads: 4 };

/** Width of a block's MLP over that of a token. */
const EXPANSION = 2;

/** Deviation of the first positions: a tenth of the tokens'. */
const POSITION = 0.1;

/**
 * A transformer over the refined layers as tokens, told view and source by adaptive layer normalisation (DiT, Peebles
 * & Xie 2023): 2.3 M parameters at 5 tokens of 256. Gates are 1 + what is learned and start at 1, so the blocks learn
 * from the first step on; the last layer starts at 0, and so does the correction. No dropout.
 * @returns f32 [N,T,K], whitened
 */
export function transformerBody(
  scope: ParameterScope,
  { tokens, source, view }: BodyInputs,
  { width, blocks, heads }: BodyOptions,
): Value {
  const [, count, size] = tokens.shape as [unknown, number, number];
  const condition = add(
    denseLayer(
      scope.scope('view2'),
      silu(denseLayer(scope.scope('view1'), view, width, lecunNormal)),
      width,
      lecunNormal,
    ),
    denseLayer(scope.scope('source'), source, width, lecunNormal),
  );
  const active = silu(condition);
  const position = scope.parameter('position', [1, count, width], normal(POSITION), { decay: false });
  let x = add(tokenLayer(scope.scope('input'), tokens, width), position);
  for (let k = 0; k < blocks; k++) x = block(scope.scope(`block${k}`), x, active, heads);
  const [shift, scale] = modulation(scope.scope('final'), active, width, 2) as [Value, Value];
  return tokenLayer(scope.scope('output'), modulated(x, shift, scale), size, zeros);
}

function block(scope: ParameterScope, x: Value, active: Value, heads: number): Value {
  const width = x.shape[2] as number;
  const [shift1, scale1, gate1, shift2, scale2, gate2] = modulation(
    scope.scope('modulation'),
    active,
    width,
    6,
  ) as [Value, Value, Value, Value, Value, Value];
  const attended = selfAttention(scope.scope('attention'), modulated(x, shift1, scale1), heads);
  const mixed = add(x, mul(attended, add(gate1, 1)));
  const hidden = silu(tokenLayer(scope.scope('mlp1'), modulated(mixed, shift2, scale2), EXPANSION * width));
  return add(mixed, mul(tokenLayer(scope.scope('mlp2'), hidden, width), add(gate2, 1)));
}

/** Shifts, scales and gates of one place from the condition, 0 at the start: `parts` times f32 [N,1,d]. */
function modulation(scope: ParameterScope, active: Value, width: number, parts: number): Value[] {
  const all = denseLayer(scope, active, parts * width, zeros);
  return split(
    reshape(all, [active.shape[0]!, 1, parts * width]),
    2,
    Array.from({ length: parts }, () => width),
  );
}

/** Layer normalisation whose scale and offset are the condition's. */
const modulated = (x: Value, shift: Value, scale: Value): Value =>
  add(mul(layerNorm(null, x), add(scale, 1)), shift);
