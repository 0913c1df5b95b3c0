import { GraphError } from '../errors.ts';
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
  const sizes = x.graph.integers(shape.map((d) => (typeof d === 'number' ? d : -1)));
  return x.graph.apply('Reshape', [x, sizes], { allowzero: int(0) }, [{ dtype: x.dtype, shape }])[0]!;
}

/** Axes in another order: output axis i is input axis `order[i]`. */
export function transpose(x: Value, order: readonly number[]): Value {
  if ([...order].sort((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
    throw new GraphError(`Transpose: ${describeShape(order)} is no order of ${x.shape.length} axes`);
  const shape = order.map((axis) => x.shape[axis]!);
  return x.graph.apply('Transpose', [x], { perm: ints(order) }, [{ dtype: x.dtype, shape }])[0]!;
}

/** Elements start..end−1 of one axis. */
export function slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
  const at = normaliseAxis(axis, x.shape.length, 'Slice');
  const size = known(x.shape[at], 'Slice');
  if (start < 0 || end > size || start >= end || step < 1)
    throw new GraphError(
      `Slice: ${start}..${end} step ${step} does not fit axis ${axis} of ${describeShape(x.shape)}`,
    );
  const { graph } = x;
  const operands = [
    x,
    graph.integers([start]),
    graph.integers([end]),
    graph.integers([at]),
    graph.integers([step]),
  ];
  const shape = x.shape.map((d, i) => (i === at ? Math.ceil((end - start) / step) : d));
  return graph.apply('Slice', operands, {}, [{ dtype: x.dtype, shape }])[0]!;
}

/** Values side by side along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (!first) throw new GraphError('Concat: expected at least one value, got none');
  const at = normaliseAxis(axis, first.shape.length, 'Concat');
  let size = 0;
  for (const value of values) {
    if (
      value.shape.length !== first.shape.length ||
      value.shape.some((d, i) => i !== at && d !== first.shape[i])
    )
      throw new GraphError(
        `Concat: ${describeShape(value.shape)} does not fit ${describeShape(first.shape)}`,
      );
    size += known(value.shape[at], 'Concat');
  }
  const shape = first.shape.map((d, i) => (i === at ? size : d));
  return first.graph.apply('Concat', values, { axis: int(at) }, [{ dtype: first.dtype, shape }])[0]!;
}

/** Repeats along axes of size 1 until the shape is reached, as broadcasting does. */
export function expand(x: Value, shape: readonly number[]): Value {
  const sizes = x.graph.integers(shape);
  return x.graph.apply('Expand', [x, sizes], {}, [{ dtype: x.dtype, shape }])[0]!;
}

/** Entries of one axis by index. @param indices int64 [K] or [] constant or input */
export function gather(x: Value, indices: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'Gather');
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return x.graph.apply('Gather', [x, indices], { axis: int(at) }, [{ dtype: x.dtype, shape }])[0]!;
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

export interface PadOptions {
  readonly mode: 'constant' | 'reflect' | 'edge';
}

/** Pads the last two axes by [top, left, bottom, right]; constant means zeros. */
export function pad(
  x: Value,
  pads: readonly [number, number, number, number],
  mode: PadOptions['mode'],
): Value {
  rank(x.shape, 4, 'Pad');
  const [top, left, bottom, right] = pads;
  const { graph } = x;
  const operands = [x, graph.integers([0, 0, top, left, 0, 0, bottom, right])];
  const shape = [
    x.shape[0]!,
    x.shape[1]!,
    known(x.shape[2], 'Pad') + top + bottom,
    known(x.shape[3], 'Pad') + left + right,
  ];
  return graph.apply('Pad', operands, { mode: string(mode) }, [{ dtype: x.dtype, shape }])[0]!;
}
