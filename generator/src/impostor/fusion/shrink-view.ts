import { isDepth } from '../depth/index.ts';
import { LIFT_MESH_DEFAULTS } from '../mesh/index.ts';
import type { SolidView } from './view-field.ts';

/** A view halved until it fits the mesher's grid: more shows on no mesh of some thousand triangles. Depth is one of each block's own: a mean across an edge lies on neither side. */
export function shrinkView(view: SolidView): SolidView {
  const { width, height } = view.image;
  return Math.max(width, height) <= LIFT_MESH_DEFAULTS.grid ? view : shrinkView(halved(view));
}

function halved(view: SolidView): SolidView {
  const { image, depth } = view;
  const [width, height] = [Math.floor(image.width / 2), Math.floor(image.height / 2)];
  const data = new Uint8ClampedArray(4 * width * height);
  const depths = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const o = y * width + x;
      const sum = [0, 0, 0, 0];
      const known: number[] = [];
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const i = (2 * y + dy) * image.width + 2 * x + dx;
        const alpha = image.data[4 * i + 3]!;
        for (let c = 0; c < 3; c++) sum[c]! += alpha * image.data[4 * i + c]!;
        sum[3]! += alpha;
        if (alpha >= 128 && isDepth(depth.data[i]!)) known.push(depth.data[i]!);
      }
      for (let c = 0; c < 3; c++) data[4 * o + c] = sum[c]! / (sum[3]! || 1);
      data[4 * o + 3] = sum[3]! / 4;
      if (known.length > 0) depths[o] = known.sort((a, b) => a - b)[known.length >> 1]!;
    }
  return { ...view, image: { width, height, data }, depth: { width, height, data: depths } };
}
