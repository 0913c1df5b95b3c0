import type { Picture } from '../plugin/character-glb.ts';

export type Rgb = [number, number, number];

/** Two backgrounds on which a fringe of either kind shows. */
export const BACKGROUNDS: [string, Rgb][] = [
  ['grey', [128, 128, 128]],
  ['red', [255, 0, 0]],
];

/** How a view should come out on a canvas. */
export interface Expectation {
  readonly width: number;
  readonly height: number;
  readonly background: Rgb;
  /** Canvas pixels per view pixel, across and down. */
  readonly scale?: readonly [number, number];
  /** Views with their weights; the weights sum to 1. */
  readonly views: readonly (readonly [Picture, number])[];
}

/**
 * The picture that the plugin ought to draw, computed by the definition: premultiplied views, bilinear between pixel
 * centres, mixed by weight, laid over the background about the middle of the canvas. Several samples are averaged for a
 * pixel where the view is shown smaller.
 */
export function expectedPicture({ width, height, background, scale = [1, 1], views }: Expectation): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  const samples = Math.max(1, Math.ceil(1 / Math.min(...scale) - 1e-6));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0, 0];
      for (let k = 0; k < samples * samples; k++) {
        const [dx, dy] = [((k % samples) + 0.5) / samples, (Math.floor(k / samples) + 0.5) / samples];
        for (const [view, weight] of views) {
          const u = (x + dx - width / 2) / scale[0] + view.width / 2;
          const v = (y + dy - height / 2) / scale[1] + view.height / 2;
          if (u < 0 || v < 0 || u > view.width || v > view.height) continue;
          for (const [c, value] of bilinear(view, u, v).entries()) sum[c]! += (value * weight) / samples ** 2;
        }
      }
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) data[at + c] = Math.round(sum[c]! + (1 - sum[3]!) * background[c]!);
      data[at + 3] = 255;
    }
  return { width, height, data };
}

function bilinear(view: Picture, u: number, v: number): number[] {
  const [x, y] = [u - 0.5, v - 0.5];
  const [fx, fy] = [x - Math.floor(x), y - Math.floor(y)];
  const out = [0, 0, 0, 0];
  for (const [dx, dy, weight] of [
    [0, 0, (1 - fx) * (1 - fy)],
    [1, 0, fx * (1 - fy)],
    [0, 1, (1 - fx) * fy],
    [1, 1, fx * fy],
  ] as const) {
    const column = Math.min(view.width - 1, Math.max(0, Math.floor(x) + dx));
    const row = Math.min(view.height - 1, Math.max(0, Math.floor(y) + dy));
    const at = (row * view.width + column) * 4;
    const alpha = view.data[at + 3]! / 255;
    for (let c = 0; c < 3; c++) out[c]! += weight * alpha * view.data[at + c]!;
    out[3]! += weight * alpha;
  }
  return out;
}

/** Peak signal-to-noise ratio of the colours in dB, over the pixels where `where` holds; all without it. */
export function psnr(a: Picture, b: Picture, where: (pixel: number) => boolean = () => true): number {
  if (a.width !== b.width || a.height !== b.height)
    throw new RangeError(`pictures: expected ${a.width}×${a.height}, got ${b.width}×${b.height}`);
  let [error, count] = [0, 0];
  for (let pixel = 0; pixel < a.width * a.height; pixel++) {
    if (!where(pixel)) continue;
    for (let c = 0; c < 3; c++) error += (a.data[pixel * 4 + c]! - b.data[pixel * 4 + c]!) ** 2;
    count += 3;
  }
  return 10 * Math.log10(255 ** 2 / (error / count));
}

/** The same picture seen in a mirror. */
export function mirrored({ width, height, data }: Picture): Picture {
  const out = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      out.set(data.subarray((y * width + x) * 4, (y * width + x + 1) * 4), (y * width + width - 1 - x) * 4);
  return { width, height, data: out };
}

/** Part of a picture. */
export function crop({ width, data }: Picture, x: number, y: number, w: number, h: number): Picture {
  const out = new Uint8ClampedArray(w * h * 4);
  for (let row = 0; row < h; row++)
    out.set(data.subarray(((y + row) * width + x) * 4, ((y + row) * width + x + w) * 4), row * w * 4);
  return { width: w, height: h, data: out };
}
