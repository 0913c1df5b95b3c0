import { MASK_THRESHOLD } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';

/**
 * Each pixel's mean with its eight neighbours; beyond the border the border goes on.
 *
 * @param image  f32 [3,H,W]
 * @returns f32 [3,H,W]
 */
export function boxBlur({ width, height, data }: RgbImage): RgbImage {
  const out = new Float32Array(data.length);
  const size = width * height;
  for (let plane = 0; plane < data.length; plane += size)
    for (let y = 0; y < height; y++) {
      const rows = [Math.max(0, y - 1), y, Math.min(height - 1, y + 1)].map((row) => plane + row * width);
      for (let x = 0; x < width; x++) {
        const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
        let sum = 0;
        for (const row of rows) sum += data[row + left]! + data[row + x]! + data[row + right]!;
        out[plane + y * width + x] = sum / 9;
      }
    }
  return { width, height, data: out };
}

/**
 * Sharpness as high-pass energy: the mean over colours and the mask's pixels of (picture − its 3×3 mean)². A blur
 * takes it away, and true renders of 64² have .0057 (refiner.md, part 3).
 *
 * @param image  f32 [3,H,W], −1..1
 * @param mask   f32 [H,W], coverage 0..1: pixels above a half count
 * @throws TruthError `data` where the mask has another size or holds no pixel
 */
export function highPassEnergy(image: RgbImage, mask: ArrayLike<number>): number {
  const size = image.width * image.height;
  if (mask.length !== size)
    throw new TruthError('data', `sharpness: expected a mask of ${size} pixels, got ${mask.length}`);
  const low = boxBlur(image).data;
  let [sum, count] = [0, 0];
  for (let k = 0; k < image.data.length; k++) {
    if (!(mask[k % size]! > MASK_THRESHOLD)) continue;
    sum += (image.data[k]! - low[k]!) ** 2;
    count++;
  }
  if (count === 0) throw new TruthError('data', 'sharpness: expected a mask that holds pixels, got none');
  return sum / count;
}
