import { median } from './mirror.ts';
import type { Pictures } from './pictures.ts';
import { smooth } from './smooth.ts';

/** Smoothing before the gradient, so that features which stick to the pixel grid count less: pixels at 64². */
const BEFORE = 2.5;

/** The part of a picture that is looked at, shares of its side: the limb of a turning head stands still. */
const [LEFT, RIGHT, TOP, BOTTOM] = [0.25, 0.75, 0.125, 0.75];

/** Pictures of subjects, smoothed for `flowBetween`. */
export function smoothed({ size, images }: Pictures): Pictures {
  const area = size * size;
  return {
    size,
    images: images.map((image) => {
      const out = new Float32Array(image.length);
      for (let at = 0; at < image.length; at += area)
        out.set(smooth(image.subarray(at, at + area), size, BEFORE), at);
      return out;
    }),
  };
}

/**
 * How far the middle of the picture moves sideways, pixels, from one x to another: least squares of Iₓu + Iₜ = 0
 * (Lucas & Kanade 1981) with one u for all of it, the median over subjects; to the right is positive.
 */
export function flowBetween(a: Pictures, b: Pictures): number {
  const { size } = a;
  const [from, to, top, bottom] = [LEFT, RIGHT, TOP, BOTTOM].map((share) => Math.round(share * size)) as [
    number,
    number,
    number,
    number,
  ];
  const area = size * size;
  return median(
    a.images.map((first, n) => {
      const second = b.images[n]!;
      let [product, square] = [0, 0];
      for (let plane = 0; plane < first.length; plane += area)
        for (let y = top; y < bottom; y++)
          for (let x = from; x < to; x++) {
            const i = plane + y * size + x;
            const slope = (first[i + 1]! + second[i + 1]! - first[i - 1]! - second[i - 1]!) / 4;
            product += slope * (second[i]! - first[i]!);
            square += slope * slope;
          }
      return square > 0 ? -product / square : 0;
    }),
  );
}
