/**
 * Structural similarity after Wang et al. (2004): Gaussian window of 11×11 with σ 1.5, C1 = (.01·range)², C2 = (.03·range)²,
 * population variances, borders mirrored about the edge. It is scikit-image's `structural_similarity` with
 * `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`. (Monodepth2's loss uses 3×3 means: another number.)
 */
import { EvaluationError } from './errors.ts';
import { commonChannels, countedPixels, type Picture } from './picture.ts';
import { PICTURE_RANGE_DEFAULTS, type PictureRange } from './psnr.ts';

const RADIUS = 5;
const SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

const WINDOW: Float64Array = (() => {
  const raw = Array.from({ length: 2 * RADIUS + 1 }, (_, k) =>
    Math.exp(-((k - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(raw, (weight) => weight / total);
})();

/** Position of an index beyond the border, mirrored about the edge: c b a | a b c | c b a. */
function mirrored(index: number, length: number): number {
  if (index < 0) return -1 - index;
  return index >= length ? 2 * length - 1 - index : index;
}

/** A plane f64 [H,W] seen through the window. */
function blur(plane: Float64Array, width: number, height: number): Float64Array {
  const across = new Float64Array(plane.length);
  const places = Array.from({ length: width + 2 * RADIUS }, (_, k) => mirrored(k - RADIUS, width));
  const row = new Float64Array(places.length);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < row.length; k++) row[k] = plane[y * width + places[k]!]!;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k]! * row[x + k]!;
      across[y * width + x] = sum;
    }
  }
  const out = new Float64Array(plane.length);
  for (let y = 0; y < height; y++)
    for (let k = -RADIUS; k <= RADIUS; k++) {
      const weight = WINDOW[k + RADIUS]!;
      const row = mirrored(y + k, height) * width;
      for (let x = 0; x < width; x++) out[y * width + x]! += weight * across[row + x]!;
    }
  return out;
}

/**
 * SSIM at every pixel, mean over the channels.
 *
 * @param a, b  f32 [C,H,W], at least 11×11
 * @returns f64 [H,W], −1..1
 * @throws EvaluationError where shapes differ or are smaller than the window
 */
export function ssimMap(a: Picture, b: Picture, options: Partial<PictureRange> = {}): Float64Array {
  const { range } = { ...PICTURE_RANGE_DEFAULTS, ...options };
  const channels = commonChannels('ssim', a, b);
  const { width, height } = a;
  if (Math.min(width, height) < WINDOW.length)
    throw new EvaluationError(`ssim: expected at least 11×11 pixels, got ${width}×${height}`);
  const size = width * height;
  const c1 = (K1 * range) ** 2;
  const c2 = (K2 * range) ** 2;
  const out = new Float64Array(size);
  for (let c = 0; c < channels; c++) {
    const x = Float64Array.from(a.data.subarray(c * size, (c + 1) * size));
    const y = Float64Array.from(b.data.subarray(c * size, (c + 1) * size));
    const meanX = blur(x, width, height);
    const meanY = blur(y, width, height);
    const xx = blur(
      x.map((v) => v * v),
      width,
      height,
    );
    const yy = blur(
      y.map((v) => v * v),
      width,
      height,
    );
    const xy = blur(
      x.map((v, k) => v * y[k]!),
      width,
      height,
    );
    for (let k = 0; k < size; k++) {
      const mx = meanX[k]!;
      const my = meanY[k]!;
      const luminance = (2 * mx * my + c1) / (mx * mx + my * my + c1);
      const structure = (2 * (xy[k]! - mx * my) + c2) / (xx[k]! - mx * mx + yy[k]! - my * my + c2);
      out[k]! += (luminance * structure) / channels;
    }
  }
  return out;
}

/**
 * Mean SSIM of two pictures. Without a mask, over all pixels whose window lies inside the picture, as scikit-image
 * does; with one, over the mask's pixels wherever they lie.
 *
 * @param mask  f32 [H,W], coverage 0..1: only pixels above a half count
 * @throws EvaluationError where shapes differ, are smaller than the window, or the mask is empty
 */
export function ssim(
  a: Picture,
  b: Picture,
  mask?: ArrayLike<number>,
  options: Partial<PictureRange> = {},
): number {
  return meanOfSsimMap(ssimMap(a, b, options), a.width, a.height, mask);
}

/**
 * The mean of a map, so that several masks need it once.
 *
 * @param map  f64 [H,W] of `ssimMap`
 */
export function meanOfSsimMap(
  map: ArrayLike<number>,
  width: number,
  height: number,
  mask?: ArrayLike<number>,
): number {
  const inside = (k: number) => {
    const x = k % width;
    const y = Math.floor(k / width);
    return x >= RADIUS && x < width - RADIUS && y >= RADIUS && y < height - RADIUS;
  };
  const all = mask ?? Uint8Array.from({ length: width * height }, (_, k) => (inside(k) ? 1 : 0));
  const counted = countedPixels('ssim', width * height, all);
  return counted.reduce((sum, pixel) => sum + map[pixel]!, 0) / counted.length;
}
