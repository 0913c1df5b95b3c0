import { GraphError } from '../errors.ts';
import { type Gradient, integersOf, intOf, intsOf } from '../gradient.ts';
import { describeShape, known, normaliseAxis, rank } from '../shape.ts';
import type { Dim, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';

/** Operators that move elements and change none. */

/**
 * The same elements under another shape. A named size is written as −1 and may occur once.
 * @param shape sizes, or names of the input's own sizes
 */
export function reshape(x: Value, shape: readonly Dim[]): Value {
  if (shape.filter((d) => typeof d === 'string').length > 1)
    throw new GraphError(`Reshape: expected at most one named size, got ${describeShape(shape)}`);
  const names = (s: readonly Dim[]) => s.filter((d) => typeof d === 'string').join();
  const product = (s: readonly Dim[]) => s.reduce<number>((n, d) => (typeof d === 'number' ? n * d : n), 1);
  if (names(shape) !== names(x.shape) || product(shape) !== product(x.shape))
    throw new GraphError(`Reshape: ${describeShape(x.shape)} does not hold ${describeShape(shape)}`);
  if (shape.length === x.shape.length && shape.every((d, i) => d === x.shape[i])) return x;
  const sizes = x.graph.integers(shape.map((d) => (typeof d === 'number' ? d : -1)));
  return x.graph.apply('Reshape', [x, sizes], { allowzero: int(0) }, [{ dtype: x.dtype, shape }])[0]!;
}

export const reshapeGradient: Gradient = ({ inputs }, [dy]) => [reshape(dy!, inputs[0]!.shape), null];

/** Axes in another order: output axis i is input axis `order[i]`. */
export function transpose(x: Value, order: readonly number[]): Value {
  if ([...order].sort((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
    throw new GraphError(`Transpose: ${describeShape(order)} is no order of ${x.shape.length} axes`);
  const shape = order.map((axis) => x.shape[axis]!);
  return x.graph.apply('Transpose', [x], { perm: ints(order) }, [{ dtype: x.dtype, shape }])[0]!;
}

export const transposeGradient: Gradient = (node, [dy]) => {
  const order = intsOf(node, 'perm');
  return [
    transpose(
      dy!,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ];
};

/** The last two axes exchanged. */
export function transposeLast(x: Value): Value {
  const last = x.shape.length - 1;
  return transpose(
    x,
    x.shape.map((_, i) => (i === last ? last - 1 : i === last - 1 ? last : i)),
  );
}

/** Elements start..end−1 of one axis. */
export function slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
  const at = normaliseAxis(axis, x.shape.length, 'Slice');
  const size = known(x.shape[at], 'Slice');
  if (start < 0 || end > size || start >= end || step < 1)
    throw new GraphError(
      `Slice: ${start}..${end} step ${step} does not fit axis ${axis} of ${describeShape(x.shape)}`,
    );
  if (start === 0 && end === size && step === 1) return x;
  return sliceBy(x, [{ axis: at, start, end, step }]);
}

/** A part of one axis. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Several axes cut in one node. Ranges fit the shape: the callers have seen to that. */
export function sliceBy(x: Value, ranges: readonly SliceRange[]): Value {
  const { graph } = x;
  const column = (pick: (range: SliceRange) => number) => graph.integers(ranges.map(pick));
  const operands = [
    x,
    column((r) => r.start),
    column((r) => r.end),
    column((r) => r.axis),
    column((r) => r.step),
  ];
  const shape = [...x.shape];
  for (const { axis, start, end, step } of ranges)
    shape[axis] = step < 0 ? known(x.shape[axis], 'Slice') : Math.ceil((end - start) / step);
  return graph.apply('Slice', operands, {}, [{ dtype: x.dtype, shape }])[0]!;
}

/** Axes in reverse order. */
export function flip(x: Value, axes: readonly number[]): Value {
  // ONNX: starting at −1 and stepping back, an end before the first element is any number below −size.
  const ranges = axes.map((axis) => ({
    axis: normaliseAxis(axis, x.shape.length, 'Slice'),
    start: -1,
    end: -(2 ** 31),
    step: -1,
  }));
  return sliceBy(x, ranges);
}

export const sliceGradient: Gradient = ({ inputs: [x, starts, ends, axes, steps] }, [dy]) => {
  const [start, end, axis, step] = [starts, ends, axes, steps].map(integersOf) as [
    number[],
    number[],
    number[],
    number[],
  ];
  if (step[0]! < 0) return [flip(dy!, axis), null, null, null, null];
  const before = x!.shape.map(() => 0);
  const after = x!.shape.map(() => 0);
  let dx = dy!;
  axis.forEach((at, i) => {
    const size = known(x!.shape[at], 'Slice');
    dx = spread(dx, at, step[i]!);
    before[at] = start[i]!;
    after[at] = size - start[i]! - known(dx.shape[at], 'Slice');
    if (after[at]! < 0) {
      dx = slice(dx, at, 0, size - start[i]!);
      after[at] = 0;
    }
    if (end[i]! > size) throw new GraphError(`Slice: end ${end[i]} beyond ${describeShape(x!.shape)}`);
  });
  return [padZeros(dx, before, after), null, null, null, null];
};

/** Puts step − 1 zeros behind each element of an axis. */
function spread(x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const apart = reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const after = apart.shape.map((_, i) => (i === axis + 1 ? step - 1 : 0));
  const padded = padZeros(
    apart,
    after.map(() => 0),
    after,
  );
  return reshape(
    padded,
    x.shape.map((d, i) => (i === axis ? known(d, 'Slice') * step : d)),
  );
}

/** Values side by side along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (!first) throw new GraphError('Concat: expected at least one value, got none');
  const at = normaliseAxis(axis, first.shape.length, 'Concat');
  let size = 0;
  for (const value of values) {
    if (
      value.dtype !== first.dtype ||
      value.shape.length !== first.shape.length ||
      value.shape.some((d, i) => i !== at && d !== first.shape[i])
    )
      throw new GraphError(
        `Concat: ${value.dtype} ${describeShape(value.shape)} does not fit ${first.dtype} ${describeShape(first.shape)}`,
      );
    size += known(value.shape[at], 'Concat');
  }
  if (values.length === 1) return first;
  const shape = first.shape.map((d, i) => (i === at ? size : d));
  return first.graph.apply('Concat', values, { axis: int(at) }, [{ dtype: first.dtype, shape }])[0]!;
}

export const concatGradient: Gradient = (node, [dy], needs) => {
  const axis = intOf(node, 'axis');
  const sizes = node.inputs.map((input) => known(input!.shape[axis], 'Concat'));
  if (needs.every(Boolean)) return split(dy!, axis, sizes);
  let start = 0;
  return sizes.map((size, i) => {
    const end = start + size;
    const part = needs[i] ? slice(dy!, axis, start, end) : null;
    start = end;
    return part;
  });
};

/** An axis cut into consecutive parts of the given sizes. */
export function split(x: Value, axis: number, sizes: readonly number[]): Value[] {
  const at = normaliseAxis(axis, x.shape.length, 'Split');
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== x.shape[at] || sizes.some((size) => size < 1))
    throw new GraphError(
      `Split: ${describeShape(sizes)} does not fill axis ${axis} of ${describeShape(x.shape)}`,
    );
  if (sizes.length === 1) return [x];
  const outputs = sizes.map((size) => ({
    dtype: x.dtype,
    shape: x.shape.map((d, i) => (i === at ? size : d)),
  }));
  return x.graph.apply('Split', [x, x.graph.integers(sizes)], { axis: int(at) }, outputs);
}

export const splitGradient: Gradient = (node, dys) => {
  const { graph } = node.inputs[0]!;
  const parts = node.outputs.map((part, i) => dys[i] ?? graph.zeros(part.shape));
  return [concat(parts, intOf(node, 'axis')), null];
};

/** Zeros before and after, for each axis. */
export function padZeros(x: Value, before: readonly number[], after: readonly number[]): Value {
  if (before.length !== x.shape.length || after.length !== x.shape.length)
    throw new GraphError(
      `Pad: expected ${x.shape.length} pads on each side, got ${before.length}, ${after.length}`,
    );
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  const shape = x.shape.map((d, i) => {
    const extra = before[i]! + after[i]!;
    return extra === 0 ? d : known(d, 'Pad') + extra;
  });
  const operands = [x, x.graph.integers([...before, ...after])];
  return x.graph.apply('Pad', operands, { mode: string('constant') }, [{ dtype: x.dtype, shape }])[0]!;
}

/**
 * Channels into space: channel (c·s + i)·s + j of pixel (h, w) goes to channel c of pixel (h·s + i, w·s + j).
 * ONNX's mode CRD. @param x [N, C·s², H, W] @returns [N, C, H·s, W·s]
 */
export function depthToSpace(x: Value, blockSize: number): Value {
  rank(x.shape, 4, 'DepthToSpace');
  const [batch, channels, height, width] = x.shape;
  const outputs = known(channels, 'DepthToSpace') / blockSize ** 2;
  if (!Number.isInteger(outputs))
    throw new GraphError(
      `DepthToSpace: ${describeShape(x.shape)} has no multiple of ${blockSize ** 2} channels`,
    );
  const shape = [
    batch!,
    outputs,
    known(height, 'DepthToSpace') * blockSize,
    known(width, 'DepthToSpace') * blockSize,
  ];
  const attributes = { blocksize: int(blockSize), mode: string('CRD') };
  return x.graph.apply('DepthToSpace', [x], attributes, [{ dtype: x.dtype, shape }])[0]!;
}

/** The inverse of `depthToSpace`. @param x [N, C, H·s, W·s] @returns [N, C·s², H, W] */
export function spaceToDepth(x: Value, blockSize: number): Value {
  rank(x.shape, 4, 'SpaceToDepth');
  const [batch, channels, height, width] = x.shape;
  const rows = known(height, 'SpaceToDepth') / blockSize;
  const columns = known(width, 'SpaceToDepth') / blockSize;
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    throw new GraphError(
      `SpaceToDepth: ${describeShape(x.shape)} does not split into blocks of ${blockSize}`,
    );
  const blocks = reshape(x, [batch!, channels!, rows, blockSize, columns, blockSize]);
  const shape = [batch!, known(channels, 'SpaceToDepth') * blockSize ** 2, rows, columns];
  return reshape(transpose(blocks, [0, 1, 3, 5, 2, 4]), shape);
}

export const depthToSpaceGradient: Gradient = (node, [dy]) => [spaceToDepth(dy!, intOf(node, 'blocksize'))];

/** Stops gradients: the same elements, from which nothing flows back. */
export function detach(x: Value): Value {
  return x.graph.apply('Identity', [x], {}, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}
