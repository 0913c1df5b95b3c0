import { integersOf, intOf, intsOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import { concat, flip, reshape, type SliceRange, sliceBy, split, transpose } from '../ops/layout.ts';
import type { Attributes, Dim, Node, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';

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
 * Whole blocks that stand as [batch, rows, columns], as [batch, columns, rows]: what ReorderInput does to a picture whose
 * channels come last. Unlike Transpose it runs on all threads, and Gather would read a place for each block.
 * @returns [batch, columns·b, rows, 1]
 */
export function exchangeBlocks(x: Value, batch: number, rows: number, columns: number, block: number): Value {
  const picture = reshape(x, [batch, rows, 1, columns * block]);
  const shape = [batch, columns * block, rows, 1];
  return applyBlocked(x.graph, 'ReorderInput', [picture], { channels_last: int(1) }, shape);
}

/** A part of a blocked picture, by rows and columns alone. @param ranges of axes 2 and 3 */
export function sliceBlocked(x: Value, ranges: readonly SliceRange[], block: number): Value {
  const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
  const cut = sliceBy(reshape(x, [batch, channels / block, height, width, block]), ranges);
  return reshape(cut, [batch, channels, cut.shape[2]!, cut.shape[3]!]);
}

/** A blocked picture with each pixel repeated to a square. @param factor whole number */
export function enlargeBlocked(x: Value, factor: number): Value {
  const [batch, channels, height, width] = x.shape as readonly [Dim, Dim, number, number];
  const attributes = {
    coordinate_transformation_mode: string('asymmetric'),
    mode: string('nearest'),
    scales: ints([1, 1, factor, factor]),
  };
  return applyBlocked(x.graph, 'Upsample', [x], attributes, [
    batch,
    channels,
    factor * height,
    factor * width,
  ]);
}

/**
 * A 1×1 convolution of each channel by itself, with what the operator takes in besides: one pass over a picture.
 * @param inputs blocked picture, scale [C,1,1,1], then offset [C] or null and a blocked picture to add, if any
 */
export function byChannel(inputs: readonly (Value | null)[], activation: Attributes): Value {
  const [picture] = inputs as readonly [Value];
  const attributes = { ...onChannels(picture.shape[1] as number, [1, 1]), ...activation };
  return applyBlocked(picture.graph, 'Conv', inputs, attributes, picture.shape);
}

/** Zeros around a blocked picture, as a 1×1 convolution with ones: unlike Pad on all threads. @param pads none below 0 */
export function padBlocked(x: Value, pads: readonly [number, number, number, number]): Value {
  if (pads.every((n) => n === 0)) return x;
  const [top, left, bottom, right] = pads;
  const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
  const attributes = { ...onChannels(channels, [1, 1]), pads: ints(pads) };
  return applyBlocked(x.graph, 'Conv', [x, x.graph.filled(1, [channels, 1, 1, 1])], attributes, [
    batch,
    channels,
    height + top + bottom,
    width + left + right,
  ]);
}

/**
 * Sums over the pixels of the product of two blocked pictures, as a convolution of each channel by itself whose kernel is
 * as large as the picture: in one pass over both, without the product.
 * @returns plain [N,C]
 */
export function dotBlocked(a: Value, b: Value): Value {
  const [batch, channels, height, width] = a.shape as readonly [number, number, number, number];
  const images = batch * channels;
  const operands = [reshape(a, [1, images, height, width]), reshape(b, [images, 1, height, width])];
  const attributes = onChannels(images, [height, width]);
  const sums = applyBlocked(a.graph, 'Conv', operands, attributes, [1, images, 1, 1]);
  return reshape(sums, [batch, channels]);
}

const onChannels = (channels: number, kernel: readonly number[]): Attributes => ({
  auto_pad: string('NOTSET'),
  dilations: ints([1, 1]),
  group: int(channels),
  kernel_shape: ints(kernel),
  pads: ints([0, 0, 0, 0]),
  strides: ints([1, 1]),
});

/**
 * A kernel [O,I,kH,kW] as the blocked convolution reads it: [O/b, I/b, kH, kW, b of I, b of O], or, for fewer
 * inputs than a block, [O/b, I, kH, kW, b of O]. ReorderInput brings b of O last; what remains moves whole blocks,
 * seven times as fast as one Transpose of single numbers.
 */
export function blockKernel(weight: Value, block: number): Value {
  const [outputs, inputs, height, width] = weight.shape as readonly [number, number, number, number];
  const turned = turnedKernel(weight);
  if (turned && outputs % block === 0 && inputs % block === 0) {
    // [I, O/b, kH, kW, b of O], I the inputs of the turned kernel: the batch axis of the one it was made from.
    const split = [inputs / block, block, outputs / block, height, width, block];
    const ordered = transpose(reshape(toBlocked(turned), split), [2, 0, 3, 4, 1, 5]);
    return reshape(height * width === 1 ? ordered : flip(ordered, [2, 3]), weight.shape);
  }
  const first = toBlocked(reshape(weight, [1, outputs, inputs, height * width]));
  if (inputs < block) return reshape(first, weight.shape);
  const kernels = (outputs * inputs) / block ** 2;
  return reshape(exchangeBlocks(first, kernels, block, height * width, block), weight.shape);
}

/** The kernel that a convolution's input gradient turned round: outputs and inputs exchanged, both axes reversed. */
function turnedKernel(weight: Value): Value | null {
  const node = weight.producer;
  const exchanged = weight.shape.slice(2).every((d) => d === 1) ? node : flippedSource(node)?.producer;
  if (exchanged?.op !== 'Transpose' || intsOf(exchanged, 'perm').join() !== '1,0,2,3') return null;
  return exchanged.inputs[0]!;
}

/** What was reversed along its last two axes, if that is what a node does. */
function flippedSource(node: Node | null): Value | null {
  if (node?.op !== 'Slice') return null;
  const [source, , , axes, steps] = node.inputs;
  const reversed = integersOf(steps).every((step) => step === -1) && integersOf(axes).join() === '2,3';
  return reversed ? source! : null;
}

/** Whether a convolution has a blocked form, and whether that reads its input blocked. */
export function blockedConv(node: Node, weight: Value, block: number): 'blocked' | 'plain' | null {
  const [outputs, inputs] = weight.shape as readonly [number, number];
  const pads = intsOf(node, 'pads');
  const groups = intOf(node, 'group');
  if (outputs % block !== 0 || pads.some((p) => p < 0)) return null;
  if (groups > 1) return groups === outputs && inputs === 1 ? 'blocked' : null;
  if (inputs % block === 0) return 'blocked';
  return inputs < block ? 'plain' : null;
}

/** Four blocked pictures woven into one: runs of whole blocks, then of whole rows. */
export function interleaveBlocked(phases: readonly Value[], block: number): Value {
  const [batch, channels, height, width] = phases[0]!.shape as readonly [number, number, number, number];
  const pixels = [(batch * channels * height * width) / block, block];
  const rows = [0, 2].map((i) => {
    const row = concat([reshape(phases[i]!, pixels), reshape(phases[i + 1]!, pixels)], 1);
    return reshape(row, [(batch * channels * height) / block, 2 * width * block]);
  });
  return reshape(concat(rows, 1), [batch, channels, 2 * height, 2 * width]);
}

/** The inverse of `interleaveBlocked`. */
export function deinterleaveBlocked(x: Value, block: number): Value[] {
  const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
  const row = width * block;
  const rows = split(reshape(x, [(batch * channels * height) / (2 * block), 2 * row]), 1, [row, row]);
  return rows.flatMap((r) => {
    const pairs = reshape(r, [(batch * channels * height * width) / (4 * block), 2 * block]);
    return split(pairs, 1, [block, block]).map((v) => reshape(v, [batch, channels, height / 2, width / 2]));
  });
}
