/**
 * Resizes a plane f32 [H,W] with a triangle filter: bilinear when it grows, averaging when it shrinks. Pixel
 * centres lie at half-integers, and beyond the border the border's pixels go on.
 */
export function resample(
  plane: Float32Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  const across = pass(plane, height, width, toWidth, false);
  return pass(across, toWidth, height, toHeight, true);
}

/** Resizes the rows of [lines, length], or the columns of [length, lines]. */
function pass(
  plane: Float32Array,
  lines: number,
  length: number,
  to: number,
  columns: boolean,
): Float32Array {
  if (length === to) return plane;
  const scale = length / to;
  const radius = Math.max(1, scale);
  const out = new Float32Array(lines * to);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    const from = Math.ceil(centre - radius);
    const weights: number[] = [];
    let total = 0;
    for (let j = from; j <= centre + radius; j++) {
      const weight = Math.max(0, 1 - Math.abs(j - centre) / radius);
      weights.push(weight);
      total += weight;
    }
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      weights.forEach((weight, k) => {
        const j = Math.min(length - 1, Math.max(0, from + k));
        sum += weight * plane[columns ? j * lines + line : line * length + j]!;
      });
      out[columns ? i * lines + line : line * to + i] = sum / total;
    }
  }
  return out;
}
