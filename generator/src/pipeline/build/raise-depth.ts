import { BACKGROUND, type DepthMap } from '../../impostor/depth/index.ts';

/**
 * Depth at a picture's own size, from a smaller one. Only the subject's pixels are mixed, so that its edge keeps its
 * own depth instead of running into the backdrop's.
 * @param depth f32 [S,S], pivot at 1
 * @param mask  u8 [S,S], 255 on the subject
 * @param size  pixels of a side of the result
 * @returns background where no subject's pixel is near
 */
export function raiseDepth(depth: Float32Array, mask: Uint8Array, side: number, size: number): DepthMap {
  const data = new Float32Array(size * size).fill(BACKGROUND);
  const place = (pixel: number) => {
    const at = ((pixel + 0.5) * side) / size - 0.5;
    const from = Math.floor(at);
    return { from, share: at - from };
  };
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [row, column] = [place(y), place(x)];
      let sum = 0;
      let weights = 0;
      for (let dy = 0; dy < 2; dy++)
        for (let dx = 0; dx < 2; dx++) {
          const [sy, sx] = [row.from + dy, column.from + dx].map((n) => Math.min(side - 1, Math.max(0, n)));
          const at = sy! * side + sx!;
          if (mask[at]! < 128) continue;
          const weight =
            (dy === 0 ? 1 - row.share : row.share) * (dx === 0 ? 1 - column.share : column.share);
          sum += weight * depth[at]!;
          weights += weight;
        }
      if (weights > 0) data[y * size + x] = sum / weights;
    }
  return { width: size, height: size, data };
}
