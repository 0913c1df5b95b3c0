import { smooth } from './smooth.ts';

/** Smoothing before the gradient, against the checkerboards and noise of generators: pixels at 64². */
const BEFORE = 1;

/** Smoothing of the edges, as wide as edges of two views of one subject fail to meet: pixels at 64². */
const AFTER = 1.4;

/**
 * Where a picture has edges, 0..1: g/(g + ḡ), g the length of the gradient over all channels and ḡ its mean over
 * the picture. Strong edges saturate, so that a light that makes an edge stronger moves this less than the picture.
 * @param image f32 [3,S,S]
 * @returns f32 [S,S]
 */
export function edgeMap(image: Float32Array, size: number): Float32Array {
  const area = size * size;
  const squares = new Float32Array(area);
  for (let channel = 0; channel < 3; channel++) {
    const plane = smooth(image.subarray(channel * area, (channel + 1) * area), size, BEFORE);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const i = y * size + x;
        const dx = plane[x === size - 1 ? i : i + 1]! - plane[x === 0 ? i : i - 1]!;
        const dy = plane[y === size - 1 ? i : i + size]! - plane[y === 0 ? i : i - size]!;
        squares[i]! += dx * dx + dy * dy;
      }
  }
  let sum = 0;
  for (let i = 0; i < area; i++) {
    squares[i] = Math.sqrt(squares[i]!);
    sum += squares[i]!;
  }
  const mean = sum / area;
  for (let i = 0; i < area; i++) squares[i] = mean > 0 ? squares[i]! / (squares[i]! + mean) : 0;
  return smooth(squares, size, AFTER);
}
