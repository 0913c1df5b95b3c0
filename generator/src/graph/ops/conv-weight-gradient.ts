import { known } from '../shape.ts';
import type { Value } from '../value.ts';
import { concat, padZeros, reshape, type SliceRange, sliceBy, transpose, transposeLast } from './layout.ts';
import { matMul } from './matmul.ts';
import { reduceSum } from './reduce.ts';

export interface ConvGeometry {
  readonly stride: number;
  readonly pad: readonly [number, number, number, number];
  readonly dilation: number;
  readonly groups: number;
}

export const FORM = { value: '' };

/**
 * Gradient of a convolution's kernel: for each tap the product of dy with the input that this tap saw.
 * @param x     float [N,C,H,W], the convolution's input
 * @param dy    float [N,O,H',W']
 * @param shape [O, C/groups, kH, kW] of the kernel
 */
export function convWeightGradient(
  x: Value,
  dy: Value,
  shape: readonly number[],
  geometry: ConvGeometry,
): Value {
  const { stride, pad, dilation, groups } = geometry;
  const [outputs, inputs, kernelH, kernelW] = shape as readonly [number, number, number, number];
  const [batch, , height, width] = dy.shape.map((d) => known(d, 'Conv gradient')) as [
    number,
    number,
    number,
    number,
  ];
  const pixels = height * width;
  const form = FORM.value || (inputs < 16 ? 'columns' : 'taps');
  const padded = padZeros(x, [0, 0, pad[0], pad[1]], [0, 0, pad[2], pad[3]]);
  const source = form === 'rows' ? transpose(padded, [1, 0, 2, 3]) : padded;
  const taps: Value[] = [];
  for (let a = 0; a < kernelH; a++)
    for (let b = 0; b < kernelW; b++)
      taps.push(tap(source, a * dilation, b * dilation, height, width, stride));
  if (form === 'rows') {
    const rows = reshape(transpose(dy, [1, 0, 2, 3]), [outputs, batch * pixels]);
    const parts = taps.map((t) => matMul(rows, transposeLast(reshape(t, [inputs, batch * pixels]))));
    return reshape(
      concat(
        parts.map((p) => reshape(p, [outputs, inputs, 1])),
        2,
      ),
      shape,
    );
  }
  const g = groups;
  const dys = reshape(dy, [batch, g, outputs / g, pixels]);
  if (form === 'columns') {
    const columns = concat(
      taps.map((t) => reshape(t, [batch, g, inputs, pixels])),
      2,
    );
    const product = reduceSum(matMul(dys, transposeLast(columns)), [0], { keepDims: false });
    const split = reshape(product, [outputs, kernelH * kernelW, inputs]);
    return reshape(transpose(split, [0, 2, 1]), shape);
  }
  const parts = taps.map((t) => {
    const product = matMul(dys, transposeLast(reshape(t, [batch, g, inputs, pixels])));
    return reshape(reduceSum(product, [0], { keepDims: false }), [outputs, inputs, 1]);
  });
  return reshape(concat(parts, 2), shape);
}

function tap(x: Value, row: number, column: number, height: number, width: number, stride: number): Value {
  const range = (axis: number, start: number, size: number): SliceRange[] =>
    start === 0 && stride === 1 && x.shape[axis] === size
      ? []
      : [{ axis, start, end: start + (size - 1) * stride + 1, step: stride }];
  const ranges = [...range(2, row, height), ...range(3, column, width)];
  return ranges.length === 0 ? x : sliceBy(x, ranges);
}
