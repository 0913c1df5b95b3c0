import { median } from './mirror.ts';
import { smooth } from './smooth.ts';

/** Distance from the backdrop's colour (Euclidean, −1..1 units) from which a pixel is the subject's (refiner.md, part 2). */
const CONTRAST = 0.09;

/** Share of the upper corners that has to have the backdrop's colour for the backdrop to be flat. */
const FLAT_SHARE = 0.8;

/** Shares of the picture outside which a mask has missed its subject. */
const [LEAST_COVER, MOST_COVER] = [0.1, 0.95];

/** Half axes of the ellipse that stands for the subject where it cannot be told from the backdrop, in half widths. */
const [ELLIPSE_X, ELLIPSE_Y] = [0.6, 0.85];

/**
 * A rough mask, enough to place a convex blob: what differs from the median colour of the upper corners. Where the
 * corners are not of one colour, an upright ellipse in the middle: generators' subjects stand there.
 * @param image f32 [3,S,S]
 * @returns f32 [S,S], 0 or 1
 */
export function roughMask(image: Float32Array, size: number): Float32Array {
  const area = size * size;
  const corners = cornerPixels(size);
  const colour = [0, 1, 2].map((channel) => median(corners.map((i) => image[channel * area + i]!)));
  const differs = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    const distance = Math.hypot(
      image[i]! - colour[0]!,
      image[area + i]! - colour[1]!,
      image[2 * area + i]! - colour[2]!,
    );
    differs[i] = distance > CONTRAST ? 1 : 0;
  }
  const flatShare = corners.filter((i) => differs[i] === 0).length / corners.length;
  const mask = smooth(differs, size, 1).map((share) => (share > 0.5 ? 1 : 0));
  const cover = mask.reduce((sum, value) => sum + value, 0) / area;
  if (flatShare >= FLAT_SHARE && cover >= LEAST_COVER && cover <= MOST_COVER) return mask;
  return ellipse(size);
}

/** Indices of the pixels in the two upper corners, an eighth of the width each. */
function cornerPixels(size: number): number[] {
  const side = Math.max(2, size >> 3);
  const indices: number[] = [];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) indices.push(y * size + x, y * size + size - 1 - x);
  return indices;
}

function ellipse(size: number): Float32Array {
  const position = (i: number): number => (2 * i + 1) / size - 1;
  return Float32Array.from({ length: size * size }, (_, i) =>
    (position(i % size) / ELLIPSE_X) ** 2 + (position(Math.floor(i / size)) / ELLIPSE_Y) ** 2 <= 1 ? 1 : 0,
  );
}
