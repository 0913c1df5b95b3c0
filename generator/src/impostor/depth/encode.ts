import { BACKGROUND_CODE, type DepthRange, depthOfCode } from '@turnaround/plugin/asset';
import type { RgbaImage } from '../image.ts';
import { DepthError } from './errors.ts';
import { checkSize, type DepthMap, isDepth } from './map.ts';
import { checkRange } from './range.ts';

export interface EncodeDepthOptions {
  /**
   * Leading bits that are kept, 8..16. The low byte looks like noise and hardly compresses, and `warping.md` found no
   * loss in the warped views down to 8 bits: an exporter that counts bytes asks for fewer. Readers need not know.
   */
  readonly bits: number;
}

export const ENCODE_DEPTH_DEFAULTS: EncodeDepthOptions = { bits: 16 };

/**
 * Depth as an opaque 8-bit picture: code = 256·R + G counts from `near` (0) to `far` (65535), B is 0, alpha 255.
 *
 * Browsers hand out no more than 8 bits of a 16-bit PNG, hence two channels; alpha must be opaque, or the values pass
 * through premultiplication. B stays free: two bytes are enough, a constant plane costs a few bytes in a PNG, and a
 * confidence could go there without a new layout. The high byte alone is the depth in 8 bits, for cheap readers.
 * Sample without filtering: a mean of two codes' bytes is no code.
 * @param depth  outside `range` is clamped; no depth (`BACKGROUND`, 0, NaN) is stored as background
 */
export function encodeDepth(
  depth: DepthMap,
  range: DepthRange,
  options: Partial<EncodeDepthOptions> = {},
): RgbaImage {
  const { bits } = { ...ENCODE_DEPTH_DEFAULTS, ...options };
  if (!Number.isInteger(bits) || bits < 8 || bits > 16)
    throw new DepthError('range', `expected 8..16 bits, got ${bits}`);
  checkRange(range);
  const { width, height, data } = depth;
  checkSize('depth', width, height, data.length);
  const step = 2 ** (16 - bits);
  const last = bits === 16 ? BACKGROUND_CODE - 1 : 65536 - step;
  const out = new Uint8ClampedArray(4 * data.length);
  for (const [i, value] of data.entries()) {
    let code = BACKGROUND_CODE;
    if (isDepth(value)) {
      const exact = ((value - range.near) / (range.far - range.near)) * 65535;
      code = Math.min(last, Math.max(0, step * Math.round(exact / step)));
    }
    out[4 * i] = code >> 8;
    out[4 * i + 1] = code & 255;
    out[4 * i + 3] = 255;
  }
  return { width, height, data: out };
}

/**
 * The depth that a picture stores; `BACKGROUND` where it stores none.
 * @throws DepthError `size` where the picture is not opaque, so was made by something else or changed on the way
 */
export function decodeDepth({ width, height, data }: RgbaImage, range: DepthRange): DepthMap {
  checkRange(range);
  checkSize('depth picture', width, height, data.length / 4);
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    if (data[4 * i + 3] !== 255)
      throw new DepthError('size', `expected an opaque depth picture, got alpha ${data[4 * i + 3]}`);
    out[i] = depthOfCode(256 * data[4 * i]! + data[4 * i + 1]!, range);
  }
  return { width, height, data: out };
}
