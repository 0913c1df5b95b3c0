import { GraphError } from '../errors.ts';
import type { Gradient } from '../gradient.ts';
import { describeShape, known, rank } from '../shape.ts';
import type { Dim, Node, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';
import { convWeightGradient, geometryOf } from './conv-weight-gradient.ts';
import { flip, reshape, slice, transpose } from './layout.ts';
import { reduceSum } from './reduce.ts';

/** Zeros on every side, or [top, left, bottom, right]. */
export type Pads = number | readonly [number, number, number, number];

export interface ConvOptions {
  /** Same along both axes. */
  readonly stride: number;
  readonly pad: Pads;
  readonly dilation: number;
  readonly groups: number;
}

export const CONV_DEFAULTS: ConvOptions = { stride: 1, pad: 0, dilation: 1, groups: 1 };

/**
 * 2-D cross-correlation.
 * @param x      float [N,C,H,W]
 * @param weight float [O, C/groups, kH, kW]
 * @param bias   float [O]
 * @returns float [N,O,H',W'], H' = ⌊(H + pads − dilation·(kH−1) − 1)/stride⌋ + 1
 */
export function conv(
  x: Value,
  weight: Value,
  bias: Value | null = null,
  options: Partial<ConvOptions> = {},
): Value {
  const { stride, pad, dilation, groups } = { ...CONV_DEFAULTS, ...options };
  rank(x.shape, 4, 'Conv input');
  const [outputs, inputs, kernelH, kernelW] = weightShape(weight, 'Conv');
  const channels = known(x.shape[1], 'Conv channels');
  if (channels !== inputs * groups || outputs % groups !== 0)
    throw new GraphError(
      `Conv: ${describeShape(x.shape)} does not fit ${describeShape(weight.shape)}, groups ${groups}`,
    );
  checkBias(bias, outputs, 'Conv');
  const pads = allPads(pad);
  const size = (dim: Dim | undefined, kernel: number, before: number, after: number): Dim => {
    const extent = known(dim, 'Conv size') + before + after - dilation * (kernel - 1) - 1;
    if (extent < 0)
      throw new GraphError(`Conv: a kernel of ${kernel} does not fit ${describeShape(x.shape)}`);
    return Math.floor(extent / stride) + 1;
  };
  const height = size(x.shape[2], kernelH, pads[0], pads[2]);
  const width = size(x.shape[3], kernelW, pads[1], pads[3]);
  const attributes = {
    auto_pad: string('NOTSET'),
    dilations: ints([dilation, dilation]),
    group: int(groups),
    kernel_shape: ints([kernelH, kernelW]),
    pads: ints(pads),
    strides: ints([stride, stride]),
  };
  const operands = bias ? [x, weight, bias] : [x, weight];
  return x.graph.apply('Conv', operands, attributes, [
    { dtype: x.dtype, shape: [x.shape[0]!, outputs, height, width] },
  ])[0]!;
}

export const convGradient: Gradient = (node, [dy], needs) => {
  const [x, weight] = node.inputs as readonly [Value, Value];
  return [
    needs[0] ? inputGradient(node, dy!, x, weight) : null,
    needs[1] ? convWeightGradient(x, dy!, weight.shape as readonly number[], geometryOf(node)) : null,
    needs[2] ? reduceSum(dy!, [0, 2, 3], { keepDims: false }) : null,
  ];
};

/**
 * With stride 1 a convolution of dy with the flipped, transposed kernel, which runs 1.5 times as fast as
 * ConvTranspose (and is folded at load where the kernel is a constant); else ConvTranspose. Where the padding is wider
 * than the kernel's reach, the outermost of dy saw nothing but zeros and is cut away.
 */
function inputGradient(node: Node, dy: Value, x: Value, weight: Value): Value {
  const { stride, pad, dilation, groups } = geometryOf(node);
  const [, , kernelH, kernelW] = weightShape(weight, 'Conv');
  const [reachH, reachW] = [dilation * (kernelH - 1), dilation * (kernelW - 1)];
  const around = [reachH - pad[0], reachW - pad[1], reachH - pad[2], reachW - pad[3]] as const;
  if (stride === 1) {
    const transposed = groups === 1 ? transpose(weight, [1, 0, 2, 3]) : exchangedInGroups(weight, groups);
    const kernel = kernelH * kernelW === 1 ? transposed : flip(transposed, [2, 3]);
    const [top, left, bottom, right] = around.map((n) => Math.max(0, n)) as [number, number, number, number];
    return conv(cropped(dy, around), kernel, null, { pad: [top, left, bottom, right], dilation, groups });
  }
  const rest = (axis: number, reach: number, pads: number): number =>
    known(x.shape[axis], 'Conv') - ((known(dy.shape[axis], 'Conv') - 1) * stride - pads + reach + 1);
  const outputPad = [rest(2, reachH, pad[0] + pad[2]), rest(3, reachW, pad[1] + pad[3])] as const;
  return convTranspose(dy, weight, null, { stride, pad, dilation, groups, outputPad });
}

/** Without as many rows and columns on each side as `around` is below 0. */
function cropped(x: Value, around: readonly [number, number, number, number]): Value {
  const [top, left, bottom, right] = around.map((n) => Math.max(0, -n)) as [number, number, number, number];
  const rows = slice(x, 2, top, known(x.shape[2], 'Conv') - bottom);
  return slice(rows, 3, left, known(x.shape[3], 'Conv') - right);
}

/** [O, I/g, kH, kW] → [I, O/g, kH, kW] */
function exchangedInGroups(weight: Value, groups: number): Value {
  const [outputs, inputs, kernelH, kernelW] = weightShape(weight, 'Conv');
  const grouped = reshape(weight, [groups, outputs / groups, inputs, kernelH, kernelW]);
  const shape = [groups * inputs, outputs / groups, kernelH, kernelW];
  return reshape(transpose(grouped, [0, 2, 1, 3, 4]), shape);
}

export interface ConvTransposeOptions {
  readonly stride: number;
  readonly pad: Pads;
  readonly dilation: number;
  /** Rows and columns added below and to the right. */
  readonly outputPad: number | readonly [number, number];
  readonly groups: number;
}

export const CONV_TRANSPOSE_DEFAULTS: ConvTransposeOptions = {
  stride: 1,
  pad: 0,
  dilation: 1,
  outputPad: 0,
  groups: 1,
};

/**
 * The adjoint of `conv` with the same options.
 * @param x      float [N,C,H,W]
 * @param weight float [C, O/groups, kH, kW]
 * @param bias   float [O]
 * @returns float [N,O,H',W'], H' = (H−1)·stride − pads + dilation·(kH−1) + 1 + outputPad
 */
export function convTranspose(
  x: Value,
  weight: Value,
  bias: Value | null = null,
  options: Partial<ConvTransposeOptions> = {},
): Value {
  const { stride, pad, dilation, outputPad, groups } = { ...CONV_TRANSPOSE_DEFAULTS, ...options };
  rank(x.shape, 4, 'ConvTranspose input');
  const [inputs, perGroup, kernelH, kernelW] = weightShape(weight, 'ConvTranspose');
  if (known(x.shape[1], 'ConvTranspose channels') !== inputs || inputs % groups !== 0)
    throw new GraphError(
      `ConvTranspose: ${describeShape(x.shape)} does not fit ${describeShape(weight.shape)}, groups ${groups}`,
    );
  const outputs = perGroup * groups;
  checkBias(bias, outputs, 'ConvTranspose');
  const pads = allPads(pad);
  const [extraH, extraW] = typeof outputPad === 'number' ? [outputPad, outputPad] : outputPad;
  const size = (dim: Dim | undefined, kernel: number, around: number, extra: number): number =>
    (known(dim, 'ConvTranspose size') - 1) * stride - around + dilation * (kernel - 1) + 1 + extra;
  const attributes = {
    auto_pad: string('NOTSET'),
    dilations: ints([dilation, dilation]),
    group: int(groups),
    kernel_shape: ints([kernelH, kernelW]),
    output_padding: ints([extraH, extraW]),
    pads: ints(pads),
    strides: ints([stride, stride]),
  };
  const height = size(x.shape[2], kernelH, pads[0] + pads[2], extraH);
  const width = size(x.shape[3], kernelW, pads[1] + pads[3], extraW);
  const operands = bias ? [x, weight, bias] : [x, weight];
  return x.graph.apply('ConvTranspose', operands, attributes, [
    { dtype: x.dtype, shape: [x.shape[0]!, outputs, height, width] },
  ])[0]!;
}

/** The forward convolution of dy; the kernel's gradient is that convolution's with the two sides exchanged. */
export const convTransposeGradient: Gradient = (node, [dy], needs) => {
  const [x, weight] = node.inputs as readonly [Value, Value];
  const options = geometryOf(node);
  return [
    needs[0] ? conv(dy!, weight, null, options) : null,
    needs[1] ? convWeightGradient(dy!, x, weight.shape as readonly number[], options) : null,
    needs[2] ? reduceSum(dy!, [0, 2, 3], { keepDims: false }) : null,
  ];
};

const allPads = (pad: Pads): readonly [number, number, number, number] =>
  typeof pad === 'number' ? [pad, pad, pad, pad] : pad;

function weightShape(weight: Value, where: string): [number, number, number, number] {
  rank(weight.shape, 4, `${where} weight`);
  return weight.shape.map((d) => known(d, `${where} weight`)) as [number, number, number, number];
}

function checkBias(bias: Value | null, outputs: number, where: string): void {
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
    throw new GraphError(`${where}: expected a bias of [${outputs}], got ${describeShape(bias.shape)}`);
}
