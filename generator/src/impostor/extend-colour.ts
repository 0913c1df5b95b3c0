import type { RgbImage } from './image.ts';

/**
 * Continues colours from where they are known over the rest of the picture, smoothly: averages of known pixels on
 * ever coarser grids, then back down, each unknown pixel taking the finest level that knows something near it
 * (pull-push, Gortler et al. 1996). Known pixels stay as they are.
 * @param trust  f32 [H,W]: 1 known, 0 unknown; in between, known colour and continuation are mixed
 */
export function extendColour(image: RgbImage, trust: Float32Array): RgbImage {
  return { ...image, data: pullPush(image.data, trust, image.width, image.height) };
}

/** Premultiplied by the weight on the way up; the colours come back plain. */
function pullPush(colours: Float32Array, weights: Float32Array, width: number, height: number): Float32Array {
  if (width === 1 && height === 1) return colours;
  const w = (width + 1) >> 1;
  const h = (height + 1) >> 1;
  const coarse = new Float32Array(3 * w * h);
  const coarseWeights = new Float32Array(w * h);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const j = (y >> 1) * w + (x >> 1);
      coarseWeights[j]! += weights[i]!;
      for (let c = 0; c < 3; c++) coarse[c * w * h + j]! += weights[i]! * colours[c * width * height + i]!;
    }
  for (let j = 0; j < w * h; j++) {
    if (coarseWeights[j] === 0) continue;
    for (let c = 0; c < 3; c++) coarse[c * w * h + j]! /= coarseWeights[j]!;
    coarseWeights[j] = Math.min(1, coarseWeights[j]!);
  }
  const filled = pullPush(coarse, coarseWeights, w, h);

  const out = new Float32Array(colours.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const trust = weights[i]!;
      for (let c = 0; c < 3; c++) {
        const k = c * width * height + i;
        out[k] =
          trust * colours[k]! + (trust < 1 ? (1 - trust) * bilinear(filled, c * w * h, w, h, x, y) : 0);
      }
    }
  return out;
}

/** The coarse grid's value at a fine pixel's centre. */
function bilinear(plane: Float32Array, offset: number, w: number, h: number, x: number, y: number): number {
  const u = Math.max(0, (x - 0.5) / 2);
  const v = Math.max(0, (y - 0.5) / 2);
  const x0 = Math.min(w - 1, Math.floor(u));
  const y0 = Math.min(h - 1, Math.floor(v));
  const x1 = Math.min(w - 1, x0 + 1);
  const y1 = Math.min(h - 1, y0 + 1);
  const fx = u - x0;
  const fy = v - y0;
  const at = (px: number, py: number): number => plane[offset + py * w + px]!;
  return (
    (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy
  );
}
