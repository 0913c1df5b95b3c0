import type { Mask } from './mask.ts';

/** Blurs planes f32 [H,W] of one size. */
export type Blur = (plane: Float32Array) => Float32Array;

/**
 * Gaussian blur. Beyond the border it reads nothing, so that a sum of weights and a weighted sum blurred alike
 * still divide into a mean.
 * @param sigma   standard deviation in pixels
 * @param wanted  where the result is needed; 0 elsewhere. An edge is a small part of a large picture
 */
export function createBlur(width: number, height: number, sigma: number, wanted: Mask | null = null): Blur {
  const kernel = gaussian(sigma);
  const rows = indicesOf(width * height, wanted && dilateDown(wanted, kernel.length - 1));
  const columns = indicesOf(width * height, wanted?.data ?? null);
  return (plane) => {
    const across = new Float32Array(plane.length);
    for (const i of rows) across[i] = sumAlong(plane, i, 1, i % width, width, kernel);
    const out = new Float32Array(plane.length);
    for (const i of columns) out[i] = sumAlong(across, i, width, Math.floor(i / width), height, kernel);
    return out;
  };
}

/** Of the set pixels; null: of all. */
function indicesOf(size: number, set: Uint8Array | null): Uint32Array {
  const out = new Uint32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) if (!set || set[i]) out[count++] = i;
  return out.subarray(0, count);
}

/** Half of a normalised kernel, from its middle outwards. */
function gaussian(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const half = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = half.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}

/** The kernel's sum about element `index`, which is number `position` of `length` in steps of `step`. */
function sumAlong(
  plane: Float32Array,
  index: number,
  step: number,
  position: number,
  length: number,
  kernel: Float32Array,
): number {
  let sum = kernel[0]! * plane[index]!;
  const before = Math.min(position, kernel.length - 1);
  for (let k = 1; k <= before; k++) sum += kernel[k]! * plane[index - k * step]!;
  const after = Math.min(length - 1 - position, kernel.length - 1);
  for (let k = 1; k <= after; k++) sum += kernel[k]! * plane[index + k * step]!;
  return sum;
}

/** Pixels with a set one at most `radius` above or below. */
function dilateDown({ width, height, data }: Mask, radius: number): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let x = 0; x < width; x++)
    for (let y = 0, until = -1; y < height + radius; y++) {
      if (y < height && data[y * width + x]) until = y + 2 * radius;
      if (y >= radius && y <= until) out[(y - radius) * width + x] = 1;
    }
  return out;
}
