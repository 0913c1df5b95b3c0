import type { StoredView } from './stored-view.ts';

/** Depth and alpha at a place. */
export interface Relief {
  depth: number;
  alpha: number;
}

/**
 * Depth and alpha at a place in pixels (centres at halves), bilinear; beyond the border the border goes on.
 * @param out receives them: a march asks a million times a picture
 */
export function reliefAt(
  { depth, colour, width, height }: StoredView,
  x: number,
  y: number,
  out: Relief,
): void {
  const u = Math.min(width - 1, Math.max(0, x - 0.5));
  const v = Math.min(height - 1, Math.max(0, y - 0.5));
  const left = Math.min(Math.floor(u), width - 2);
  const top = Math.min(Math.floor(v), height - 2);
  const [a, b] = [u - left, v - top];
  const at = top * width + left;
  const below = at + width;
  out.depth =
    (depth[at]! * (1 - a) + depth[at + 1]! * a) * (1 - b) +
    (depth[below]! * (1 - a) + depth[below + 1]! * a) * b;
  const [first, second] = [4 * at + 3, 4 * below + 3];
  out.alpha =
    (colour[first]! * (1 - a) + colour[first + 4]! * a) * (1 - b) +
    (colour[second]! * (1 - a) + colour[second + 4]! * a) * b;
}

/** Catmull–Rom weights of the four pixels about a place that lies `t` past the second. */
export function cubicWeights(t: number): readonly [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

/** Premultiplied RGBA. */
export type Colour = [number, number, number, number];

/** A pixel's footprint, in pixels of the view, up to which colour is read at one place. */
const SHRUNK = 1.25;

/** Reads across a footprint and down it, at most. */
const MAX_SAMPLES = 6;

/**
 * Premultiplied colour at a place in pixels: bicubic, or the mean over the footprint of a target's pixel that holds more
 * than one of the view's. Beyond the border the border goes on.
 */
export function colourAt(view: StoredView, x: number, y: number, footprint = 1): Colour {
  if (footprint <= SHRUNK) return bicubicAt(view, x, y);
  const count = Math.min(Math.ceil(footprint), MAX_SAMPLES);
  const out: Colour = [0, 0, 0, 0];
  for (let k = 0; k < count * count; k++) {
    const offset = (step: number): number => ((step + 0.5) / count - 0.5) * footprint;
    const colour = bilinearAt(view, x + offset(k % count), y + offset(Math.floor(k / count)));
    for (let c = 0; c < 4; c++) out[c] = out[c]! + colour[c]! / (count * count);
  }
  return out;
}

function bilinearAt({ colour, width, height }: StoredView, x: number, y: number): Colour {
  const u = Math.min(width - 1, Math.max(0, x - 0.5));
  const v = Math.min(height - 1, Math.max(0, y - 0.5));
  const left = Math.min(Math.floor(u), width - 2);
  const top = Math.min(Math.floor(v), height - 2);
  const [a, b] = [u - left, v - top];
  const read = (c: number): number => {
    const at = 4 * (top * width + left) + c;
    const upper = colour[at]! * (1 - a) + colour[at + 4]! * a;
    const lower = colour[at + 4 * width]! * (1 - a) + colour[at + 4 * width + 4]! * a;
    return upper * (1 - b) + lower * b;
  };
  return [read(0), read(1), read(2), read(3)];
}

function bicubicAt({ colour, width, height }: StoredView, x: number, y: number): Colour {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const across = cubicWeights(x - 0.5 - left);
  const down = cubicWeights(y - 0.5 - top);
  const out: Colour = [0, 0, 0, 0];
  for (let j = 0; j < 4; j++) {
    const row = Math.min(height - 1, Math.max(0, top - 1 + j)) * width;
    for (let i = 0; i < 4; i++) {
      const weight = across[i]! * down[j]!;
      const at = 4 * (row + Math.min(width - 1, Math.max(0, left - 1 + i)));
      for (let c = 0; c < 4; c++) out[c] = out[c]! + weight * colour[at + c]!;
    }
  }
  return out;
}
