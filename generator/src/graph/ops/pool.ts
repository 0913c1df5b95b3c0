import { GraphError } from '../errors.ts';
import { describeShape, known, rank } from '../shape.ts';
import type { Value } from '../value.ts';
import { int, ints, string } from '../value.ts';

/** Means of size×size blocks. @param x [N,C,H,W] @returns [N, C, H/size, W/size] */
export function averagePool(x: Value, size: number): Value {
  rank(x.shape, 4, 'AveragePool');
  const height = known(x.shape[2], 'AveragePool') / size;
  const width = known(x.shape[3], 'AveragePool') / size;
  if (!Number.isInteger(height) || !Number.isInteger(width))
    throw new GraphError(`AveragePool: ${describeShape(x.shape)} does not split into blocks of ${size}`);
  const attributes = {
    auto_pad: string('NOTSET'),
    ceil_mode: int(0),
    count_include_pad: int(0),
    dilations: ints([1, 1]),
    kernel_shape: ints([size, size]),
    pads: ints([0, 0, 0, 0]),
    strides: ints([size, size]),
  };
  const shape = [x.shape[0]!, x.shape[1]!, height, width];
  return x.graph.apply('AveragePool', [x], attributes, [{ dtype: x.dtype, shape }])[0]!;
}
