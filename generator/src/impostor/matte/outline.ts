import { createBlur } from './blur.ts';
import type { Contrast } from './contrast.ts';
import { dilate, erode, largestComponent, type Mask, maskOf } from './mask.ts';

/** Lengths here are pixels of a picture 128 wide. */
const scaleOf = ({ width }: Mask): number => Math.max(1, width / 128);

/** Bites as wide as this disc are mended … */
const BITE_RADIUS = 5;

/** … where the subject around them is on average nearer to the backdrop's colour than this (50 of 255). */
const BITE_CONTRAST = 50 / 127.5;

/** Where it is nearer than this (30 of 255), the outline is guesswork … */
const PALE = 30 / 127.5;

/** … and is rounded with this standard deviation. */
const ROUNDING = 2;

/**
 * Fills bites: what the lowest threshold counts as the subject, where the silhouette all but surrounds it and is like
 * the backdrop itself. That is hair with a streak of the backdrop's very colour at its rim. In the hollow under a chin
 * it would be the halo, but there the subject around is unlike the backdrop.
 */
export function mend(sure: Mask, largest: Mask, contrast: Contrast): Mask {
  const { width, height } = sure;
  const radius = BITE_RADIUS * scaleOf(sure);
  const closed = erode(dilate(sure, radius), radius);
  // Near the frame the disc would close what lies between a head and the frame.
  const clear = (i: number): boolean =>
    i >= radius * width && i % width >= radius && i % width < width - radius;
  const bites = maskOf(
    width,
    height,
    (i) => !sure.data[i] && closed.data[i]! && largest.data[i]! && clear(i),
  );
  const around = meanContrast(sure, contrast, bites, 2 * ROUNDING * scaleOf(sure));
  return maskOf(width, height, (i) => sure.data[i]! || (bites.data[i]! && around[i]! < BITE_CONTRAST));
}

/** Rounds the outline of what hardly differs from the backdrop: grey hair before grey is nibbled at otherwise. */
export function roundPale(mask: Mask, contrast: Contrast): Mask {
  const { width, height, data } = mask;
  const sigma = ROUNDING * scaleOf(mask);
  const [inner, outer] = [erode(mask, 2 * sigma), dilate(mask, 2 * sigma)];
  const rim = maskOf(width, height, (i) => outer.data[i]! && !inner.data[i]);
  if (!rim.data.some((set, i) => set && data[i] && contrast.data[i]! < PALE)) return mask;
  const around = meanContrast(mask, contrast, rim, 2 * sigma);
  const blur = createBlur(width, height, sigma, rim);
  const [share, whole] = [blur(Float32Array.from(data)), blur(new Float32Array(data.length).fill(1))];
  return largestComponent(
    maskOf(width, height, (i) =>
      rim.data[i] && around[i]! < PALE ? share[i]! >= 0.5 * whole[i]! : data[i]!,
    ),
  );
}

/** Mean contrast of the mask's pixels around each wanted one; Infinity where hardly any are near. */
function meanContrast(mask: Mask, contrast: Contrast, wanted: Mask, sigma: number): Float32Array {
  const blur = createBlur(mask.width, mask.height, sigma, wanted);
  const sum = blur(contrast.data.map((value, i) => value * mask.data[i]!));
  const area = blur(Float32Array.from(mask.data));
  return sum.map((value, i) => (area[i]! > 0.02 ? value / area[i]! : Number.POSITIVE_INFINITY));
}
