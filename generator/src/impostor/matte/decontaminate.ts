import { extendColour } from '../extend-colour.ts';
import type { RgbImage } from '../image.ts';
import { createBlur } from './blur.ts';
import type { Cutout } from './matte.ts';

/**
 * The subject's own colour, given coverage, over a backdrop of any colours: blur fusion (Forte and Pitié 2021).
 * F̂ and B̂ are blurred colours of subject and backdrop, F = F̂ + α(C − αF̂ − (1−α)B̂) what then explains the pixel;
 * once with a wide blur, and once more from there with a narrow one. Where next to nothing of the subject is, its colour goes on from
 * inside.
 * @param alpha  f32 [H,W], 0..1
 */
export function decontaminate(image: RgbImage, alpha: Float32Array): Cutout {
  const { width, height } = image;
  const scale = Math.max(1, width / 128);
  const wide = fuse(image, image, image, alpha, 6 * scale);
  const { own } = fuse(image, wide.own, wide.backdrop, alpha, 1.5);
  const trust = alpha.map((a) => Math.min(1, Math.max(0, (a - 0.5) / 0.45)));
  return { width, height, alpha, colour: extendColour(own, trust) };
}

function fuse(
  image: RgbImage,
  own: RgbImage,
  backdrop: RgbImage,
  alpha: Float32Array,
  sigma: number,
): { own: RgbImage; backdrop: RgbImage } {
  const { width, height, data } = image;
  const size = width * height;
  const rest = alpha.map((a) => 1 - a);
  const blur = createBlur(width, height, sigma);
  const alphaBlurred = blur(alpha);
  const restBlurred = blur(rest);
  const ownData = new Float32Array(data.length);
  const backdropData = new Float32Array(data.length);
  for (let c = 0; c < 3; c++) {
    const start = c * size;
    const f = blur(alpha.map((a, i) => a * own.data[start + i]!));
    const b = blur(rest.map((a, i) => a * backdrop.data[start + i]!));
    for (let i = 0; i < size; i++) {
      const a = alpha[i]!;
      const meanOwn = f[i]! / (alphaBlurred[i]! + 1e-5);
      const meanBackdrop = b[i]! / (restBlurred[i]! + 1e-5);
      const unexplained = data[start + i]! - a * meanOwn - (1 - a) * meanBackdrop;
      ownData[start + i] = Math.min(1, Math.max(-1, meanOwn + a * unexplained));
      backdropData[start + i] = meanBackdrop;
    }
  }
  return { own: { width, height, data: ownData }, backdrop: { width, height, data: backdropData } };
}
