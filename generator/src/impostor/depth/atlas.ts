import type { DepthRange, View } from '@turnaround/plugin/asset';
import type { RgbaImage } from '../image.ts';
import { type EncodeDepthOptions, encodeDepth } from './encode.ts';
import { DepthError } from './errors.ts';
import { BACKGROUND, type DepthMap } from './map.ts';

/** Where the colour atlas holds its views: the depth atlas has the same layout, so one table serves both. */
export interface AtlasLayout {
  readonly width: number;
  readonly height: number;
  /** x, y, width, height in pixels from the upper left corner; one a view. */
  readonly rectangles: readonly View['rectangle'][];
  /** Pixels around each view that repeat its border. */
  readonly gutter: number;
}

/**
 * Packs the views' depth into one picture of the colour atlas' layout; background between them.
 * Write it with `ImageCodec.encodePng`: lossless, and without a colour profile that a browser would apply.
 * @param views  extended depth maps (`extendDepth`), in the rectangles' order and of their sizes
 * @throws DepthError `size` where views and rectangles do not fit
 */
export function packDepthAtlas(
  views: readonly DepthMap[],
  layout: AtlasLayout,
  range: DepthRange,
  options: Partial<EncodeDepthOptions> = {},
): RgbaImage {
  const { width, height, rectangles, gutter } = layout;
  if (views.length !== rectangles.length)
    throw new DepthError('size', `expected ${rectangles.length} views, one a rectangle, got ${views.length}`);
  const data = new Float32Array(width * height).fill(BACKGROUND);
  for (const [k, view] of views.entries()) {
    const [x, y, w, h] = rectangles[k]!;
    if (view.width !== w || view.height !== h)
      throw new DepthError('size', `expected view ${k} of ${w}×${h}, got ${view.width}×${view.height}`);
    if (x < 0 || y < 0 || x + w > width || y + h > height)
      throw new DepthError(
        'size',
        `expected view ${k} inside the ${width}×${height} atlas, got ${x}, ${y}, ${w}, ${h}`,
      );
    for (let row = Math.max(0, y - gutter); row < Math.min(height, y + h + gutter); row++)
      for (let column = Math.max(0, x - gutter); column < Math.min(width, x + w + gutter); column++)
        data[row * width + column] = view.data[clamp(row - y, h) * w + clamp(column - x, w)]!;
  }
  return encodeDepth({ width, height, data }, range, options);
}

/** The map of one view, out of the decoded atlas. */
export function viewDepth(atlas: DepthMap, [x, y, w, h]: View['rectangle']): DepthMap {
  const data = new Float32Array(w * h);
  for (let row = 0; row < h; row++)
    data.set(atlas.data.subarray((y + row) * atlas.width + x, (y + row) * atlas.width + x + w), row * w);
  return { width: w, height: h, data };
}

const clamp = (index: number, length: number): number => Math.min(length - 1, Math.max(0, index));
