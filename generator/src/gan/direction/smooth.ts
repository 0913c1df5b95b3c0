/**
 * Smooths a plane by a Gaussian; the border pixels repeat outside.
 * @param plane f32 [S,S]
 * @param sigma standard deviation in pixels of a picture of 64², scaled with the picture
 * @returns f32 [S,S]
 */
export function smooth(plane: Float32Array, size: number, sigma: number): Float32Array {
  const kernel = gaussian((sigma * size) / 64);
  const rows = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let line = 0; line < size; line++) smoothLine(plane, rows, line * size, 1, size, kernel);
  for (let line = 0; line < size; line++) smoothLine(rows, out, line, size, size, kernel);
  return out;
}

/** Half of a normalised kernel, from its middle outwards. */
function gaussian(sigma: number): Float64Array {
  const half = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
    Math.exp(-0.5 * (i / sigma) ** 2),
  );
  const sum = half.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}

/** One row or column. */
function smoothLine(
  plane: Float32Array,
  out: Float32Array,
  start: number,
  step: number,
  size: number,
  kernel: Float64Array,
): void {
  const last = size - 1;
  for (let i = 0; i < size; i++) {
    let sum = kernel[0]! * plane[start + i * step]!;
    for (let k = 1; k < kernel.length; k++) {
      const before = Math.max(0, i - k);
      const after = Math.min(last, i + k);
      sum += kernel[k]! * (plane[start + before * step]! + plane[start + after * step]!);
    }
    out[start + i * step] = sum;
  }
}
