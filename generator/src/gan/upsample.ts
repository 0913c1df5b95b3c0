import { conv, convTranspose, interleave, split, type Value } from '../graph/index.ts';
import type { Weight } from './weights.ts';

/** The separable low-pass filter of StyleGAN2, normalised to sum 1. */
const TAPS = [1 / 8, 3 / 8, 3 / 8, 1 / 8] as const;

/** How an upsampling convolution is written. All are the same function; ARCHITECTURE.md has their timings. */
export type Upsampling = 'transpose' | 'phases' | 'subpixel';

/** Makes a weight's constant: in float32, in half precision, or stored in half and widened. */
export type WeightMaker = (data: Float32Array, shape: readonly number[]) => Value;

/** f[a]·f[b]·4: the filter's gain of 4 makes up for the zeros between samples. */
const filter = (a: number, b: number): number => (TAPS[a] ?? 0) * (TAPS[b] ?? 0) * 4;

/**
 * A 3×3 convolution that doubles the size, then the low-pass filter: ConvTranspose with stride 2 and no
 * padding, then a depthwise 4×4 with padding 1 (Karras et al. 2020, figure 2).
 * @param x      f32 [N,I,H,W]
 * @param weight [O,I,3,3]
 * @returns f32 [N,O,2H,2W]
 */
export function upsampleConv(x: Value, weight: Weight, form: Upsampling, make: WeightMaker): Value {
  if (form === 'phases') return phases(x, weight, make);
  return blur(form === 'transpose' ? strided(x, weight, make) : subpixel(x, weight, make));
}

/** [N,I,H,W] → [N,O,2H+1,2W+1] by ConvTranspose. */
function strided(x: Value, weight: Weight, make: WeightMaker): Value {
  const [outputs, inputs] = weight.shape as [number, number];
  const transposed = new Float32Array(weight.data.length);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let k = 0; k < 9; k++)
        transposed[(i * outputs + o) * 9 + k] = weight.data[(o * inputs + i) * 9 + k]!;
  const w = make(transposed, [inputs, outputs, 3, 3]);
  return convTranspose(x, w, null, { stride: 2 });
}

/** Which of the three taps of a kernel's axis fall on an input, for even and for odd outputs; the earlier input first. */
export const TAPS_OF_PHASE = [[2, 0], [1]] as const;

/**
 * The same by four plain convolutions of 2×2, 2×1, 1×2 and 1×1 taps: output (2a+r, 2b+s) sees inputs a−1..a, b−1..b
 * under the taps of W that fall on them. One row and column more than needed hold zeros, which the blur reads as
 * its padding.
 */
function subpixel(x: Value, weight: Weight, make: WeightMaker): Value {
  const [outputs, inputs] = weight.shape as [number, number];
  const phases = TAPS_OF_PHASE.flatMap((rows) =>
    TAPS_OF_PHASE.map((columns) => {
      const taps = rows.flatMap((row) => columns.map((column) => row * 3 + column));
      const kernel = new Float32Array(outputs * inputs * taps.length);
      for (let oi = 0; oi < outputs * inputs; oi++)
        taps.forEach((tap, t) => {
          kernel[oi * taps.length + t] = weight.data[oi * 9 + tap]!;
        });
      const pad = [rows.length - 1, columns.length - 1, 1, 1] as const;
      return conv(x, make(kernel, [outputs, inputs, rows.length, columns.length]), null, { pad });
    }),
  );
  return interleave(phases);
}

/** Depthwise 4×4 low-pass. [N,C,2H+1 or 2H+2,…] → [N,C,2H,…]: a last row or column beyond 2H+1 holds zeros,
 *  which stand for the padding. */
function blur(x: Value): Value {
  const channels = x.shape[1] as number;
  const even = (x.shape[2] as number) % 2 === 0;
  const kernel = Float32Array.from({ length: channels * 16 }, (_, k) => filter((k >> 2) & 3, k & 3));
  const w = x.graph.constant(kernel, [channels, 1, 4, 4], { name: 'blur', dtype: x.dtype });
  const end = even ? 0 : 1;
  return conv(x, w, null, { groups: channels, pad: [1, 1, end, end] });
}

/**
 * Both filters folded into one: output 2a+r sees inputs a−1..a+1 under K[r+1−2t], t = 0..2, where
 * K[q] = Σ_m f[m]·W[q+m], q = −3..2; four phases as channels, then interleaved.
 */
function phases(x: Value, weight: Weight, make: WeightMaker): Value {
  const [outputs, inputs] = weight.shape as [number, number];
  const kernel = new Float32Array(outputs * 4 * inputs * 9);
  const folded = (o: number, i: number, q: number, p: number): number => {
    let sum = 0;
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++)
        if (a - q >= 0 && a - q < 4 && b - p >= 0 && b - p < 4)
          sum += weight.data[(o * inputs + i) * 9 + a * 3 + b]! * filter(a - q, b - p);
    return sum;
  };
  for (let o = 0; o < outputs; o++)
    for (let phase = 0; phase < 4; phase++)
      for (let i = 0; i < inputs; i++)
        for (let t = 0; t < 9; t++) {
          const q = (phase >> 1) + 1 - 2 * Math.floor(t / 3);
          const p = (phase & 1) + 1 - 2 * (t % 3);
          kernel[((phase * outputs + o) * inputs + i) * 9 + t] = folded(o, i, q, p);
        }
  return interleaved(conv(x, make(kernel, [outputs * 4, inputs, 3, 3]), null, { pad: 1 }));
}

/**
 * Doubles a picture with the same filter: output 2a+r sees inputs a−1..a+1 under f[r+3−2t] (zeros outside).
 * Written as one small convolution to four phases.
 * @param x f32 [N,3,H,W]
 */
export function upsampleImage(x: Value): Value {
  const kernel = new Float32Array(12 * 3 * 9);
  const tap = (phase: number, t: number): number => phase + 3 - 2 * t;
  for (let c = 0; c < 3; c++)
    for (let phase = 0; phase < 4; phase++)
      for (let t = 0; t < 9; t++)
        kernel[((phase * 3 + c) * 3 + c) * 9 + t] = filter(
          tap(phase >> 1, Math.floor(t / 3)),
          tap(phase & 1, t % 3),
        );
  const w = x.graph.constant(kernel, [12, 3, 3, 3], { name: 'upsample', dtype: x.dtype });
  return interleaved(conv(x, w, null, { pad: 1 }));
}

/** [N,4·C,H,W], phase by phase → [N,C,2H,2W] */
function interleaved(x: Value): Value {
  const channels = (x.shape[1] as number) / 4;
  return interleave(split(x, 1, [channels, channels, channels, channels]));
}
