import { type DepthRange, mendRim, someNear } from '../asset/index.ts';

/** What `live.onnx` says of one view. */
export interface DrawnView {
  /** f32 [3,R,R], RGB −1..1. */
  readonly image: Float32Array;
  /** f32 [R,R], 0..1. */
  readonly alpha: Float32Array;
  /** f32 [R,R], distance along the optical axis, the pivot at 1; something outside the subject too. */
  readonly depth: Float32Array;
}

/** A view as it is marched through, rows from the top. */
export interface PackedView {
  /** RGBA8, sRGB multiplied by alpha. */
  readonly colour: Uint8Array;
  /** RG8: depth within the range, and alpha. */
  readonly relief: Uint8Array;
}

/** Distance that stands for the backdrop: behind all that a view can hold. */
const BACKDROP = 2;

/** Where a picture is the subject. */
const COVERED = 0.5;

/** The bytes of a view; `pack-view.wgsl` does the same on the GPU. @param side R */
export function packView({ image, alpha, depth }: DrawnView, side: number, range: DepthRange): PackedView {
  const size = side * side;
  const colour = new Uint8Array(4 * size);
  const relief = new Uint8Array(2 * size);
  const covered = (pixel: number): boolean => alpha[pixel]! >= COVERED;
  const known = mendRim(depth, covered, side, side);
  for (let k = 0; k < size; k++) {
    // Colour is read two pixels about a place. Where depth is not known as far, haze and lines of the matte's would be drawn
    // half-way to the backdrop: a thread in the air beside a head that is turned.
    const a = someNear(k, side, side, (pixel) => known[pixel] === 0) ? 0 : held(alpha[k]!);
    for (let c = 0; c < 3; c++) colour[4 * k + c] = byte(held((image[c * size + k]! + 1) / 2) * a);
    colour[4 * k + 3] = byte(a);
    relief[2 * k] = byte(held(((known[k] || BACKDROP) - range.near) / (range.far - range.near)));
    relief[2 * k + 1] = byte(a);
  }
  return { colour, relief };
}

const held = (value: number): number => Math.min(1, Math.max(0, value));
const byte = (value: number): number => Math.round(255 * value);
