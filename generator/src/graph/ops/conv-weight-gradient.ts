import { intOf, intsOf } from '../gradient.ts';
import { known } from '../shape.ts';
import type { Node, Value } from '../value.ts';
import { int, ints } from '../value.ts';
import { concat, padZeros, reshape, type SliceRange, sliceBy, transpose, transposeLast } from './layout.ts';
import { matMul } from './matmul.ts';
import { reduceSum } from './reduce.ts';

export interface ConvGeometry {
  readonly stride: number;
  readonly pad: readonly [number, number, number, number];
  readonly dilation: number;
  readonly groups: number;
}

/**
 * An operator of our own, since ONNX has none and its fastest form depends on the machine: `serialize` and
 * `blockConvolutions` write it in theirs.
 */
export const CONV_WEIGHT_GRADIENT = 'turnaround:ConvWeightGradient';

/**
 * Gradient of a convolution's kernel.
 * @param x     float [N,C,H,W], the convolution's input
 * @param dy    float [N,O,H',W']
 * @param shape [O, C/groups, kH, kW] of the kernel
 */
export function convWeightGradient(
  x: Value,
  dy: Value,
  shape: readonly number[],
  { stride, pad, dilation, groups }: ConvGeometry,
): Value {
  const attributes = {
    dilations: ints([dilation, dilation]),
    group: int(groups),
    kernel_shape: ints(shape.slice(2)),
    pads: ints(pad),
    strides: ints([stride, stride]),
  };
  return x.graph.apply(CONV_WEIGHT_GRADIENT, [x, dy], attributes, [{ dtype: x.dtype, shape }])[0]!;
}

export function geometryOf(node: Node): ConvGeometry {
  return {
    stride: intsOf(node, 'strides')[0]!,
    pad: intsOf(node, 'pads') as unknown as ConvGeometry['pad'],
    dilation: intsOf(node, 'dilations')[0]!,
    groups: intOf(node, 'group'),
  };
}

/** Below this many inputs a product for each tap is too thin: all taps side by side, then one product. */
const FEW_INPUTS = 8;
/** Up to this many outputs, a product of all rows of a column of taps at once beats one for each tap. */
const FEW_OUTPUTS = 64;
/** Up to this many pixels, one product over the whole batch beats a product for each image and their sum. */
const FEW_PIXELS = 256;

/**
 * The gradient in ONNX's own operators: for each tap the product of dy with the input that this tap saw. On one
 * AVX-512 core 60 to 106 GFLOP/s; as a convolution with batch and channels exchanged half of it.
 */
export function expandConvWeightGradient(node: Node, x: Value, dy: Value): Value {
  const { stride, pad, dilation, groups } = geometryOf(node);
  const shape = node.outputs[0]!.shape as readonly number[];
  const [outputs, inputs, kernelH, kernelW] = shape as readonly [number, number, number, number];
  const [batch, , height, width] = dy.shape.map((d) => known(d, 'Conv gradient')) as [
    number,
    number,
    number,
    number,
  ];
  const pixels = height * width;
  if (stride === 1 && groups === 1 && outputs * kernelH * kernelW <= inputs)
    return byOutputs(x, dy, shape, pad, dilation);
  if (stride === 1 && groups === 1 && inputs >= FEW_INPUTS && outputs <= FEW_OUTPUTS && pixels > FEW_PIXELS)
    return byColumns(x, dy, shape, pad, dilation);
  const padded = padZeros(x, [0, 0, pad[0], pad[1]], [0, 0, pad[2], pad[3]]);
  const wholeBatch = groups === 1 && inputs >= FEW_INPUTS && pixels <= FEW_PIXELS;
  const source = wholeBatch ? transpose(padded, [1, 0, 2, 3]) : padded;
  const taps: Value[] = [];
  for (let a = 0; a < kernelH; a++)
    for (let b = 0; b < kernelW; b++)
      taps.push(tap(source, a * dilation, b * dilation, height, width, stride));
  if (wholeBatch) {
    const rows = reshape(transpose(dy, [1, 0, 2, 3]), [outputs, batch * pixels]);
    const products = taps.map((t) => matMul(rows, transposeLast(reshape(t, [inputs, batch * pixels]))));
    return stack(products, shape);
  }
  const dys = reshape(dy, [batch, groups, outputs / groups, pixels]);
  const columns = taps.map((t) => reshape(t, [batch, groups, inputs, pixels]));
  const product = (column: Value): Value =>
    reduceSum(matMul(dys, transposeLast(column)), [0], { keepDims: false });
  if (inputs >= FEW_INPUTS) return stack(columns.map(product), shape);
  const sideBySide = reshape(product(concat(columns, 2)), [outputs, kernelH * kernelW, inputs]);
  return reshape(transpose(sideBySide, [0, 2, 1]), shape);
}

/**
 * For each column of taps, dy moved down by each row of taps and stacked, times the input moved across: three
 * products of three times the height for a 3×3 kernel, and a third of the copies.
 */
function byColumns(
  x: Value,
  dy: Value,
  shape: readonly number[],
  [top, left, bottom]: ConvGeometry['pad'],
  dilation: number,
): Value {
  const [outputs, inputs, kernelH, kernelW] = shape as readonly [number, number, number, number];
  const [batch, , height, width] = dy.shape as readonly [number, number, number, number];
  const rows = height + dilation * (kernelH - 1);
  // Copy a of dy starts a·dilation rows down in a frame as high as the padded input. Between two copies lie
  // the rows below the one and above the other, which are always as many.
  const gap = dy.graph.zeros([batch, outputs, kernelH * dilation * width]);
  const flat = reshape(dy, [batch, outputs, height * width]);
  const pieces = Array.from({ length: 2 * kernelH - 1 }, (_, k) => (k % 2 === 0 ? flat : gap));
  const stacked = reshape(concat(pieces, 2), [batch, outputs * kernelH, rows * width]);
  const columns = Array.from({ length: kernelW }, (_, b) => {
    const before = left - b * dilation;
    const across = padZeros(x, [0, 0, top, before], [0, 0, bottom, width - before - (x.shape[3] as number)]);
    const product = matMul(stacked, transposeLast(reshape(across, [batch, inputs, rows * width])));
    return reshape(reduceSum(product, [0], { keepDims: false }), [outputs, kernelH, 1, inputs]);
  });
  return transpose(concat(columns, 2), [0, 3, 1, 2]);
}

/** For few outputs: dy moved to where each tap saw it, all side by side, times the input as it is. */
function byOutputs(
  x: Value,
  dy: Value,
  shape: readonly number[],
  [top, left]: ConvGeometry['pad'],
  dilation: number,
): Value {
  const [outputs, inputs, kernelH, kernelW] = shape as readonly [number, number, number, number];
  const [batch, , height, width] = x.shape as readonly [number, number, number, number];
  const [, , rows, columns] = dy.shape as readonly [number, number, number, number];
  const moved: Value[] = [];
  for (let a = 0; a < kernelH; a++)
    for (let b = 0; b < kernelW; b++) {
      const [above, before] = [a * dilation - top, b * dilation - left];
      const seen = padZeros(
        dy,
        [0, 0, above, before],
        [0, 0, height - rows - above, width - columns - before],
      );
      moved.push(reshape(seen, [batch, outputs, 1, height * width]));
    }
  const all = reshape(concat(moved, 2), [batch, outputs * moved.length, height * width]);
  const product = matMul(all, transposeLast(reshape(x, [batch, inputs, height * width])));
  const taps = reshape(reduceSum(product, [0], { keepDims: false }), [outputs, kernelH, kernelW, inputs]);
  return transpose(taps, [0, 3, 1, 2]);
}

/** A matrix [O, C/groups] for each tap becomes the kernel. */
function stack(taps: readonly Value[], shape: readonly number[]): Value {
  const [outputs, inputs] = shape as readonly [number, number];
  const columns = taps.map((t) => reshape(t, [outputs, inputs, 1]));
  return reshape(concat(columns, 2), shape);
}

function tap(x: Value, row: number, column: number, height: number, width: number, stride: number): Value {
  const range = (axis: number, start: number, size: number): SliceRange[] =>
    start === 0 && stride === 1 && x.shape[axis] === size
      ? []
      : [{ axis, start, end: start + (size - 1) * stride + 1, step: stride }];
  const ranges = [...range(2, row, height), ...range(3, column, width)];
  return ranges.length === 0 ? x : sliceBy(x, ranges);
}
