import { DepthError } from './errors.ts';
import { BACKGROUND, checkSize, type DepthMap, isDepth } from './map.ts';

export interface ExtendDepthOptions {
  /** How far the subject's depth is continued past its mask, in pixels. The runtime's taps need two. */
  readonly pixels: number;
}

export const EXTEND_DEPTH_DEFAULTS: ExtendDepthOptions = { pixels: 2 };

/**
 * Cuts a view's depth to its mask and continues it a little past the edge: each pixel there takes the depth of the
 * nearest pixel of the subject, all farther ones become background. Pixels of the mask that have no depth are filled
 * the same way. Nothing is averaged: depth blurred by σ = 1 px costs 1.4 dB in the warped views, since a mean of hair
 * and shoulder lies on neither.
 * @param depth  whatever a depth network says, background included; only the mask's pixels are read
 * @param mask   f32 [H,W], coverage 0..1; from ½ on a pixel is the subject's
 * @throws DepthError `depth` where the mask is not empty but none of its pixels has a depth
 */
export function extendDepth(
  depth: DepthMap,
  mask: Float32Array,
  options: Partial<ExtendDepthOptions> = {},
): DepthMap {
  const { pixels } = { ...EXTEND_DEPTH_DEFAULTS, ...options };
  const { width, height, data } = depth;
  checkSize('depth', width, height, data.length);
  checkSize('mask', width, height, mask.length);
  const known = (i: number): boolean => mask[i]! >= 0.5 && isDepth(data[i]!);
  const near = offsetsByDistance(pixels);
  // Built only where a hole in the mask needs it.
  let far: readonly Offset[] | undefined;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) {
    if (known(i)) {
      out[i] = data[i]!;
      continue;
    }
    const x = i % width;
    const y = (i - x) / width;
    const nearest = ([dx, dy]: Offset): boolean =>
      x + dx >= 0 && y + dy >= 0 && x + dx < width && y + dy < height && known(i + dy * width + dx);
    let offset = near.find(nearest);
    if (!offset && mask[i]! >= 0.5) {
      far ??= offsetsByDistance(Math.hypot(width, height));
      offset = far.find(nearest);
      if (!offset)
        throw new DepthError('depth', `expected a distance within the mask of ${width}×${height}, got none`);
    }
    out[i] = offset ? data[i + offset[1] * width + offset[0]]! : BACKGROUND;
  }
  return { width, height, data: out };
}

type Offset = readonly [number, number];

/** Offsets within a disc, nearest first; ties in reading order, so that the result does not depend on the engine. */
function offsetsByDistance(radius: number): Offset[] {
  const reach = Math.floor(radius);
  const out: Offset[] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) if (dx * dx + dy * dy <= radius * radius) out.push([dx, dy]);
  return out.sort((a, b) => a[0] ** 2 + a[1] ** 2 - (b[0] ** 2 + b[1] ** 2));
}
