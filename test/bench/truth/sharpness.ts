import { boxBlur, MASK_THRESHOLD } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';

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
