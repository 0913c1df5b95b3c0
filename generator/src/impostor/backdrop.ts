import type { RgbaImage } from './image.ts';

/** sRGB, 0..255. */
export type Backdrop = readonly [red: number, green: number, blue: number];

/** A cut-out in front of one colour: opaque, mixed in sRGB as browsers do. */
export function overBackdrop({ width, height, data }: RgbaImage, backdrop: Backdrop): RgbaImage {
  const out = new Uint8ClampedArray(data.length);
  for (let k = 0; k < data.length; k += 4) {
    const alpha = data[k + 3]! / 255;
    for (let c = 0; c < 3; c++) out[k + c] = alpha * data[k + c]! + (1 - alpha) * backdrop[c]!;
    out[k + 3] = 255;
  }
  return { width, height, data: out };
}
