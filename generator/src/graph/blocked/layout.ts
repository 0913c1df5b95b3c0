import { integersOf, intsOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import { flip, reshape, transpose } from '../ops/layout.ts';
import type { Attributes, Dim, Value } from '../value.ts';
import { int } from '../value.ts';

/**
 * ONNX Runtime's own layout for convolutions on the CPU: channels in blocks as wide as a vector register,
 * [N, C/b, H, W, b], written with the shape [N,C,H,W]. Its optimiser brings networks with constant kernels into it;
 * while training, kernels are inputs, and it leaves them in the layout that is 1.5 times as slow.
 */
export const BLOCKED = 'com.microsoft.nchwc';

/** Applies an operator of the blocked domain. */
export function applyBlocked(
  graph: Graph,
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  shape: readonly Dim[],
): Value {
  return graph.apply(`${BLOCKED}:${op}`, inputs, attributes, [{ dtype: 'float32', shape }])[0]!;
}

export const toBlocked = (x: Value): Value =>
  applyBlocked(x.graph, 'ReorderInput', [x], { channels_last: int(0) }, x.shape);

export const toPlain = (x: Value): Value =>
  applyBlocked(
    x.graph,
    'ReorderOutput',
    [x],
    { channels: int(x.shape[1] as number), channels_last: int(0) },
    x.shape,
  );

/**
 * A kernel [O,I,kH,kW] as the blocked convolution reads it: [O/b, I/b, kH, kW, b of I, b of O], or, for fewer
 * inputs than a block, [O/b, I, kH, kW, b of O].
 */
export function blockKernel(weight: Value, block: number): Value {
  const flipped = flippedSource(weight);
  const source = flipped ?? weight;
  const [outputs, inputs, height, width] = weight.shape as readonly [number, number, number, number];
  const whole = inputs >= block;
  const split = whole
    ? [outputs / block, block, inputs / block, block, height, width]
    : [outputs / block, block, inputs, height, width];
  const ordered = transpose(reshape(source, split), whole ? [0, 2, 4, 5, 3, 1] : [0, 2, 3, 4, 1]);
  // Turned round here, whole blocks are moved; turned round before, single numbers.
  return reshape(flipped ? flip(ordered, [2, 3]) : ordered, weight.shape);
}

/** The kernel before both its spatial axes were reversed, if that is how it was made. */
function flippedSource(weight: Value): Value | null {
  const node = weight.producer;
  if (node?.op !== 'Slice') return null;
  const [source, , , axes, steps] = node.inputs;
  const reversed = integersOf(steps).every((step) => step === -1) && integersOf(axes).join() === '2,3';
  return reversed ? source! : null;
}

/** Whether a convolution has a blocked form, and whether that reads its input blocked. */
export function blockedConv(
  node: { readonly attributes: Attributes },
  weight: Value,
  block: number,
): 'blocked' | 'plain' | null {
  const [outputs, inputs] = weight.shape as readonly [number, number];
  const groups = (node.attributes['group'] as { value: number }).value;
  const pads = intsOf(node as never, 'pads');
  if (groups !== 1 || outputs % block !== 0 || pads.some((p) => p < 0)) return null;
  if (inputs % block === 0) return 'blocked';
  return inputs < block ? 'plain' : null;
}
