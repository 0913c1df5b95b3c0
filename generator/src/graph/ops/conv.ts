import { GraphError } from '../errors.ts';
import { describeShape, known, rank } from '../shape.ts';
import type { Dim, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';

export interface ConvOptions {
  /** Same along both axes. */
  readonly stride: number;
  /** Zeros on every side, or [top, left, bottom, right]. */
  readonly pad: number | readonly [number, number, number, number];
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
  rank(weight.shape, 4, 'Conv weight');
  const [outputs, inputs, kernelH, kernelW] = weight.shape.map((d) => known(d, 'Conv weight')) as [
    number,
    number,
    number,
    number,
  ];
  const channels = known(x.shape[1], 'Conv channels');
  if (channels !== inputs * groups || outputs % groups !== 0)
    throw new GraphError(
      `Conv: ${describeShape(x.shape)} does not fit ${describeShape(weight.shape)}, groups ${groups}`,
    );
  checkBias(bias, outputs, 'Conv');
  const pads = typeof pad === 'number' ? ([pad, pad, pad, pad] as const) : pad;
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

export interface ConvTransposeOptions {
  readonly stride: number;
  readonly pad: number;
  readonly outputPad: number;
  readonly groups: number;
}

export const CONV_TRANSPOSE_DEFAULTS: ConvTransposeOptions = { stride: 1, pad: 0, outputPad: 0, groups: 1 };

/**
 * The adjoint of `conv` with the same options.
 * @param x      float [N,C,H,W]
 * @param weight float [C, O/groups, kH, kW]
 * @param bias   float [O]
 * @returns float [N,O,H',W'], H' = (H−1)·stride − 2·pad + kH + outputPad
 */
export function convTranspose(
  x: Value,
  weight: Value,
  bias: Value | null = null,
  options: Partial<ConvTransposeOptions> = {},
): Value {
  const { stride, pad, outputPad, groups } = { ...CONV_TRANSPOSE_DEFAULTS, ...options };
  rank(x.shape, 4, 'ConvTranspose input');
  rank(weight.shape, 4, 'ConvTranspose weight');
  const [inputs, perGroup, kernelH, kernelW] = weight.shape.map((d) => known(d, 'ConvTranspose weight')) as [
    number,
    number,
    number,
    number,
  ];
  if (known(x.shape[1], 'ConvTranspose channels') !== inputs || inputs % groups !== 0)
    throw new GraphError(
      `ConvTranspose: ${describeShape(x.shape)} does not fit ${describeShape(weight.shape)}, groups ${groups}`,
    );
  const outputs = perGroup * groups;
  checkBias(bias, outputs, 'ConvTranspose');
  const size = (dim: Dim | undefined, kernel: number): number =>
    (known(dim, 'ConvTranspose size') - 1) * stride - 2 * pad + kernel + outputPad;
  const attributes = {
    auto_pad: string('NOTSET'),
    dilations: ints([1, 1]),
    group: int(groups),
    kernel_shape: ints([kernelH, kernelW]),
    output_padding: ints([outputPad, outputPad]),
    pads: ints([pad, pad, pad, pad]),
    strides: ints([stride, stride]),
  };
  const shape = [x.shape[0]!, outputs, size(x.shape[2], kernelH), size(x.shape[3], kernelW)];
  const operands = bias ? [x, weight, bias] : [x, weight];
  return x.graph.apply('ConvTranspose', operands, attributes, [{ dtype: x.dtype, shape }])[0]!;
}

function checkBias(bias: Value | null, outputs: number, where: string): void {
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
    throw new GraphError(`${where}: expected a bias of [${outputs}], got ${describeShape(bias.shape)}`);
}
