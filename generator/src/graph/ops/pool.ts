import { GraphError } from '../errors.ts';
import { type Gradient, intsOf } from '../gradient.ts';
import { describeShape, elementCount, known, rank } from '../shape.ts';
import type { Value } from '../value.ts';
import { int, ints, string } from '../value.ts';
import { binary } from './apply.ts';
import { scatterElementsAdd } from './gather.ts';
import { padZeros, reshape } from './layout.ts';
import { reduceMean } from './reduce.ts';

function poolAttributes(size: number, stride: number, pad: number) {
  return {
    auto_pad: string('NOTSET'),
    ceil_mode: int(0),
    dilations: ints([1, 1]),
    kernel_shape: ints([size, size]),
    pads: ints([pad, pad, pad, pad]),
    strides: ints([stride, stride]),
  };
}

/**
 * Means of size×size windows, `stride` apart: blocks by default, sliding windows with stride 1.
 * @param x [N,C,H,W] @returns [N, C, (H − size)/stride + 1, (W − size)/stride + 1]
 */
export function averagePool(x: Value, size: number, stride: number = size): Value {
  rank(x.shape, 4, 'AveragePool');
  const [height, width] = [x.shape[2], x.shape[3]].map((d) => (known(d, 'AveragePool') - size) / stride + 1);
  if (!Number.isInteger(height) || !Number.isInteger(width) || height! < 1 || width! < 1)
    throw new GraphError(
      `AveragePool: ${describeShape(x.shape)} does not split into windows of ${size}, ${stride} apart`,
    );
  if (stride !== size && stride !== 1)
    throw new GraphError(`AveragePool: expected a stride of 1 or ${size}, got ${stride}`);
  const attributes = { ...poolAttributes(size, stride, 0), count_include_pad: int(0) };
  const shape = [x.shape[0]!, x.shape[1]!, height!, width!];
  return x.graph.apply('AveragePool', [x], attributes, [{ dtype: x.dtype, shape }])[0]!;
}

/** Blocks: each element gets its block's share. Sliding windows: the same windows over dy with zeros around. */
export const averagePoolGradient: Gradient = (node, [dy]) => {
  const size = intsOf(node, 'kernel_shape')[0]!;
  const stride = intsOf(node, 'strides')[0]!;
  if (stride === size) return [upsampleNearest(binary('Mul', dy!, 1 / size ** 2), size)];
  const around = [0, 0, size - 1, size - 1];
  return [averagePool(padZeros(dy!, around, around), size, 1)];
};

/** Mean over the image. @param x [N,C,H,W] @returns [N,C] */
export function globalAveragePool(x: Value): Value {
  rank(x.shape, 4, 'GlobalAveragePool');
  return reduceMean(x, [2, 3], { keepDims: false });
}

/** Repeats every pixel factor×factor times. @param x [N,C,H,W] @returns [N, C, factor·H, factor·W] */
export function upsampleNearest(x: Value, factor: number): Value {
  rank(x.shape, 4, 'upsampleNearest');
  const [height, width] = [x.shape[2], x.shape[3]].map((d) => known(d, 'upsampleNearest'));
  const shape = [x.shape[0]!, x.shape[1]!, height! * factor, width! * factor];
  const scales = x.graph.constant(Float32Array.of(1, 1, factor, factor), [4], { name: 'scales' });
  const attributes = {
    antialias: int(0),
    coordinate_transformation_mode: string('asymmetric'),
    exclude_outside: int(0),
    keep_aspect_ratio_policy: string('stretch'),
    mode: string('nearest'),
    nearest_mode: string('floor'),
  };
  return x.graph.apply('Resize', [x, null, scales], attributes, [{ dtype: x.dtype, shape }])[0]!;
}

export const upsampleNearestGradient: Gradient = ({ inputs: [x], outputs: [y] }, [dy]) => {
  const factor = known(y!.shape[2], 'Resize') / known(x!.shape[2], 'Resize');
  return [binary('Mul', averagePool(dy!, factor), factor ** 2), null, null];
};

/**
 * Largest element of each window.
 * @param x [N,C,H,W] @returns [N, C, ⌊(H + 2·pad − size)/stride⌋ + 1, …]
 */
export function maxPool(x: Value, size: number, stride: number = size, pad = 0): Value {
  rank(x.shape, 4, 'MaxPool');
  const [height, width] = [x.shape[2], x.shape[3]].map(
    (d) => Math.floor((known(d, 'MaxPool') + 2 * pad - size) / stride) + 1,
  );
  if (height! < 1 || width! < 1)
    throw new GraphError(`MaxPool: a window of ${size} does not fit ${describeShape(x.shape)}`);
  const shape = [x.shape[0]!, x.shape[1]!, height!, width!];
  const attributes = { ...poolAttributes(size, stride, pad), storage_order: int(0) };
  return x.graph.apply('MaxPool', [x], attributes, [
    { dtype: x.dtype, shape },
    { dtype: 'int64', shape },
  ])[0]!;
}

/** The second output counts the taken elements in the whole tensor, which is where the gradient is added. */
export const maxPoolGradient: Gradient = ({ inputs: [x], outputs }, [dy]) => {
  const count = elementCount(dy!.shape);
  const zeros = x!.graph.zeros([elementCount(x!.shape)]);
  const dx = scatterElementsAdd(zeros, reshape(outputs[1]!, [count]), reshape(dy!, [count]), 0);
  return [reshape(dx, x!.shape)];
};
