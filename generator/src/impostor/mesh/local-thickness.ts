import { distanceTo, type Mask, maskOf } from '../matte/mask.ts';

/** Pixels of 128 over which thickness changes from one part to the next. */
const BLEND = 3;

/**
 * Radius of the largest disc within the mask that covers each pixel (Hildebrand and Rüegsegger 1997), in pixels, with
 * soft transitions: about the same all over a head, less all over its neck. The picture's frame ends the mask.
 * @returns f32 [H,W]; 0 outside the mask
 */
export function localThickness(mask: Mask): Float32Array {
  const { width, height, data } = mask;
  const distance = distanceTo(maskOf(width, height, (i) => !data[i]));
  const discs: { x: number; y: number; radius: number }[] = [];
  for (let i = 0; i < data.length; i++) {
    if (!data[i]) continue;
    const x = i % width;
    const y = (i - x) / width;
    discs.push({ x, y, radius: Math.min(distance[i]!, x + 1, y + 1, width - x, height - y) });
  }
  // Largest first: a pixel that is covered is done.
  discs.sort((a, b) => b.radius - a.radius);
  const thickness = new Float32Array(data.length);
  for (const { x, y, radius } of discs)
    for (let py = Math.max(0, Math.ceil(y - radius)); py < Math.min(height, y + radius); py++) {
      const half = Math.sqrt(radius * radius - (py - y) ** 2);
      for (let px = Math.max(0, Math.ceil(x - half)); px < Math.min(width, x + half); px++) {
        const i = py * width + px;
        if (data[i] && thickness[i] === 0) thickness[i] = radius;
      }
    }
  return blended(thickness, mask, Math.max(1, Math.round((BLEND * width) / 128)));
}

/** Mean of the mask's pixels within a square, twice: close to a Gaussian. */
function blended(values: Float32Array, { width, height, data }: Mask, radius: number): Float32Array {
  let out = values;
  for (const stride of [1, width, 1, width]) {
    const next = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      if (!data[i]) continue;
      const position = stride === 1 ? i % width : Math.floor(i / width);
      const length = stride === 1 ? width : height;
      let [sum, count] = [0, 0];
      for (let d = -Math.min(radius, position); d <= Math.min(radius, length - 1 - position); d++) {
        const j = i + d * stride;
        if (!data[j]) continue;
        sum += out[j]!;
        count++;
      }
      next[i] = sum / count;
    }
    out = next;
  }
  return out;
}
