import { known, rank } from '../shape.ts';
import type { Value } from '../value.ts';
import { matMul } from './matmul.ts';

/**
 * Enlarges a picture by linear interpolation between the middles of its pixels, which hold beyond the outermost ones
 * (PyTorch's `align_corners=False`). Two products with constant matrices: Resize has no gradient and no such kernel
 * on every device.
 * @param x [N,C,H,W] @param factor a whole number @returns [N, C, factor·H, factor·W]
 */
export function upsampleBilinear(x: Value, factor: number): Value {
  rank(x.shape, 4, 'upsampleBilinear');
  if (factor === 1) return x;
  const [height, width] = [x.shape[2], x.shape[3]].map((d) => known(d, 'upsampleBilinear')) as [
    number,
    number,
  ];
  const down = x.graph.constant(weights(height, factor, false), [height * factor, height], { name: 'down' });
  const across = x.graph.constant(weights(width, factor, true), [width, width * factor], { name: 'across' });
  return matMul(matMul(down, x), across);
}

/** Weight of each of `size` pixels in each of the enlarged ones: [enlarged, size], or that transposed. */
function weights(size: number, factor: number, transposed: boolean): Float32Array {
  const enlarged = size * factor;
  const matrix = new Float32Array(enlarged * size);
  const addTo = (i: number, j: number, weight: number): void => {
    matrix[transposed ? j * enlarged + i : i * size + j]! += weight;
  };
  for (let i = 0; i < enlarged; i++) {
    const place = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1);
    const left = Math.floor(place);
    addTo(i, left, 1 - (place - left));
    if (place > left) addTo(i, left + 1, place - left);
  }
  return matrix;
}
