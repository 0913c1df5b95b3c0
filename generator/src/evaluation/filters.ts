import { EvaluationError } from './errors.ts';
import { MASK_THRESHOLD, type Picture } from './picture.ts';

/** Mean of each pixel's 3×3 neighbours; beyond the border the border goes on. @param picture f32 [C,H,W] */
export function boxBlur(picture: Picture): Picture {
  const { width, height, data } = picture;
  const size = width * height;
  const out = new Float32Array(data.length);
  for (let base = 0; base < data.length; base += size)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let dy = -1; dy <= 1; dy++) {
          const row = base + Math.min(height - 1, Math.max(0, y + dy)) * width;
          for (let dx = -1; dx <= 1; dx++) sum += data[row + Math.min(width - 1, Math.max(0, x + dx))]!;
        }
        out[base + y * width + x] = sum / 9;
      }
  return { width, height, data: out };
}

/** Pixels whose 3×3 neighbours all lie in the picture and in the mask. @param mask f32 [H,W], coverage 0..1 */
export function erode(width: number, height: number, mask: ArrayLike<number>): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      let all = true;
      for (let dy = -1; dy <= 1 && all; dy++)
        for (let dx = -1; dx <= 1 && all; dx++) all = mask[(y + dy) * width + x + dx]! > MASK_THRESHOLD;
      inside[y * width + x] = all ? 1 : 0;
    }
  return inside;
}

/**
 * Sharpness: mean square of what a 3×3 mean takes away, over channels and the subject's inside. Its outline, sharp in every
 * picture, does not count. It falls with the size of the pictures: compare equal sizes alone.
 *
 * @param picture  f32 [C,H,W], −1..1
 * @param mask     f32 [H,W], coverage 0..1
 * @returns ≥ 0, in squared units of the values
 * @throws EvaluationError where no pixel lies inside the mask with all its neighbours
 */
export function highPassEnergy(picture: Picture, mask: ArrayLike<number>): number {
  const { width, height, data } = picture;
  const size = width * height;
  if (mask.length !== size)
    throw new EvaluationError(`highPassEnergy: expected a mask of ${size} pixels, got ${mask.length}`);
  const low = boxBlur(picture).data;
  const inside = erode(width, height, mask);
  let [sum, count] = [0, 0];
  for (let k = 0; k < data.length; k++) {
    if (!inside[k % size]) continue;
    sum += (data[k]! - low[k]!) ** 2;
    count++;
  }
  if (count === 0) throw new EvaluationError('highPassEnergy: expected a mask that holds pixels, got none');
  return sum / count;
}
