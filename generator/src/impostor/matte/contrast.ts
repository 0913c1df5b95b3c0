import type { RgbImage } from '../image.ts';
import type { Backdrop } from './backdrop.ts';

/** Distance of each pixel's colour from the backdrop's: f32 [H,W], Euclidean, −1..1 units. */
export interface Contrast {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The contrast of a picture's pixels to a backdrop. */
export function contrastTo({ width, height, data }: RgbImage, { colour: [r, g, b] }: Backdrop): Contrast {
  const size = width * height;
  const out = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const [dr, dg, db] = [data[i]! - r, data[size + i]! - g, data[2 * size + i]! - b];
    out[i] = Math.sqrt(dr * dr + dg * dg + db * db);
  }
  return { width, height, data: out };
}

/** Every k-th pixel, for pictures wider than 255: the threshold needs no more. Smaller ones come back as they are. */
export function decimate(image: RgbImage): RgbImage {
  const k = Math.max(1, Math.floor(image.width / 128));
  if (k === 1) return image;
  const [width, height] = [Math.floor(image.width / k), Math.floor(image.height / k)];
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(c * height + y) * width + x] = image.data[(c * image.height + y * k) * image.width + x * k]!;
  return { width, height, data };
}
