/**
 * Σ (a − b)² over planes of S × S.
 * @param a f32 [C,S,S]
 * @param b f32 [C,S,S]
 */
export function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** Σ (a − flip b)², flip from left to right; shapes as in `difference`. */
export function mirrorDifference(a: Float32Array, b: Float32Array, size: number): number {
  let sum = 0;
  for (let row = 0; row < a.length; row += size)
    for (let x = 0; x < size; x++) sum += (a[row + x]! - b[row + size - 1 - x]!) ** 2;
  return sum;
}

/** A picture from left to right. @param image f32 [C,S,S] */
export function flip(image: Float32Array, size: number): Float32Array {
  const out = new Float32Array(image.length);
  for (let row = 0; row < image.length; row += size)
    for (let x = 0; x < size; x++) out[row + x] = image[row + size - 1 - x]!;
  return out;
}

/**
 * The x of the least of values on an even grid: the lowest point of the parabola through the least and its
 * neighbours, or the grid's own where that lies at an end.
 */
export function lowestPoint(grid: readonly number[], values: ArrayLike<number>): number {
  let k = 0;
  for (let i = 1; i < grid.length; i++) if (values[i]! < values[k]!) k = i;
  if (k === 0 || k === grid.length - 1) return grid[k]!;
  const [left, middle, right] = [values[k - 1]!, values[k]!, values[k + 1]!];
  const curvature = left - 2 * middle + right;
  if (!(curvature > 0)) return grid[k]!;
  return grid[k]! + ((grid[k + 1]! - grid[k]!) * (left - right)) / (2 * curvature);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `from`, `from + step`, … `to`. */
export function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step);
}
