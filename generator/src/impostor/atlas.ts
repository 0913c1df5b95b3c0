import { extendColour } from './extend-colour.ts';
import type { RgbaImage } from './image.ts';
import { toRgb, toByte } from './image.ts';

/** Where a view lies in an atlas: x, y, width, height in pixels from the upper left corner. */
export type Rectangle = readonly [number, number, number, number];

export interface Atlas {
  readonly image: RgbaImage;
  /** One a view, in the order given. */
  readonly rectangles: readonly Rectangle[];
}

export interface AtlasOptions {
  /** Pixels around each view that repeat its border. */
  readonly gutter: number;
}
export const ATLAS_DEFAULTS: AtlasOptions = { gutter: 0 };
export function packAtlas(views: readonly RgbaImage[], options: Partial<AtlasOptions> = {}): Atlas {
  const { gutter } = { ...ATLAS_DEFAULTS, ...options };
  const { width, height } = views[0]!;
  const columns = Math.ceil(Math.sqrt(views.length));
  const rows = Math.ceil(views.length / columns);
  const [cw, ch] = [width + 2 * gutter, height + 2 * gutter];
  const W = columns * cw, H = rows * ch;
  const data = new Uint8ClampedArray(4 * W * H);
  const rectangles: Rectangle[] = [];
  views.forEach((v, k) => {
    const e = extendColour(toRgb(v), Float32Array.from({ length: width * height }, (_, i) => v.data[4 * i + 3]! > 0 ? 1 : 0));
    const x0 = (k % columns) * cw, y0 = Math.floor(k / columns) * ch;
    for (let y = 0; y < ch; y++) for (let x = 0; x < cw; x++) {
      const i = Math.min(height - 1, Math.max(0, y - gutter)) * width + Math.min(width - 1, Math.max(0, x - gutter));
      const o = 4 * ((y0 + y) * W + x0 + x);
      for (let c = 0; c < 3; c++) data[o + c] = toByte(e.data[c * width * height + i]!);
      data[o + 3] = v.data[4 * i + 3]!;
    }
    rectangles.push([x0 + gutter, y0 + gutter, width, height]);
  });
  return { image: { width: W, height: H, data }, rectangles };
}
