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
  for (let y = 0; y < height; y++) {
    const v = Math.max(0, (y - 0.5) / 2);
    const y0 = Math.min(h - 1, Math.floor(v));
    const fy = v - y0;
    const above = y0 * w;
    const below = Math.min(h - 1, y0 + 1) * w;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const trust = weights[i]!;
      if (trust >= 1) {
        for (let c = 0; c < 3; c++) out[c * width * height + i] = trust * colours[c * width * height + i]!;
        continue;
      }
      // The coarse grid's colour at this pixel's centre, bilinear.
      const u = Math.max(0, (x - 0.5) / 2);
      const x0 = Math.min(w - 1, Math.floor(u));
      const x1 = Math.min(w - 1, x0 + 1);
      const fx = u - x0;
      for (let c = 0; c < 3; c++) {
        const k = c * width * height + i;
        const plane = c * w * h;
        const top = filled[plane + above + x0]! * (1 - fx) + filled[plane + above + x1]! * fx;
        const bottom = filled[plane + below + x0]! * (1 - fx) + filled[plane + below + x1]! * fx;
        out[k] = trust * colours[k]! + (1 - trust) * (top * (1 - fy) + bottom * fy);
      }
    }
  }
  return out;
}
