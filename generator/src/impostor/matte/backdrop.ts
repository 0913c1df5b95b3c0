import type { RgbImage } from '../image.ts';
import { checkViews } from './matte.ts';

/** What the borders of a subject's views say about what is behind it. */
export interface Backdrop {
  /** Its colour, −1..1. */
  readonly colour: readonly [number, number, number];
  /** Standard deviation of one channel about that colour, where the border shows the backdrop; −1..1 units. */
  readonly noise: number;
  /** Share of the border that has this colour, 0..1. What makes a backdrop flat. */
  readonly flatShare: number;
}

/** How far (Euclidean, −1..1 units) a border pixel may be from the backdrop's colour and still show it: 8 of 255. */
const TOLERANCE = 8 / 127.5;

/** Cells of the grid over the colours are 16 of 255 wide; this reaches from the middle to the corners. */
const CELL_RADIUS = Math.sqrt(3) / 16 + 1e-6;

/** Median of the length of a 3-D Gaussian vector with unit deviation in each channel. */
const MAXWELL_MEDIAN = 1.538;

/**
 * Estimates the backdrop from the borders of all views together: the commonest colour there, which the subject may
 * hide even over half of the border, as a mean would not bear. The lower quarter is left out: there subjects run
 * out of the frame.
 */
export function estimateBackdrop(views: readonly RgbImage[]): Backdrop {
  const { width, height } = checkViews(views);
  const border = borderPixels(width, height);
  const size = width * height;
  const samples = new Float32Array(views.length * border.length * 3);
  let k = 0;
  for (const { data } of views)
    for (const i of border) for (let c = 0; c < 3; c++) samples[k++] = data[c * size + i]!;

  let colour = commonestBin(samples);
  // Mean shift from the cell's middle, at first with all of the cell in reach, to the middle of the cluster.
  colour = medianWithin(samples, colour, CELL_RADIUS);
  for (let round = 0; round < 8; round++) colour = medianWithin(samples, colour, TOLERANCE);
  const distances = distancesTo(samples, colour).filter((d) => d <= TOLERANCE);
  return {
    colour,
    noise: distances.length > 0 ? median(distances) / MAXWELL_MEDIAN : 0,
    flatShare: (3 * distances.length) / samples.length,
  };
}

/** Indices of the pixels along the top and the upper three quarters of the sides, 1/64 of the width deep. */
function borderPixels(width: number, height: number): number[] {
  const depth = Math.max(2, Math.round(width / 64));
  const indices: number[] = [];
  for (let y = 0; y < Math.floor(0.75 * height); y++)
    for (let x = 0; x < width; x++)
      if (y < depth || x < depth || x >= width - depth) indices.push(y * width + x);
  return indices;
}

/** Middle of the fullest cell of a grid over the colours. */
function commonestBin(samples: Float32Array): [number, number, number] {
  const counts = new Map<number, number>();
  let best = 0;
  let bestCount = 0;
  const cell = (x: number): number => Math.min(15, Math.max(0, Math.floor((x + 1) * 8)));
  for (let i = 0; i < samples.length; i += 3) {
    const bin = (cell(samples[i]!) * 16 + cell(samples[i + 1]!)) * 16 + cell(samples[i + 2]!);
    const count = (counts.get(bin) ?? 0) + 1;
    counts.set(bin, count);
    if (count > bestCount) {
      bestCount = count;
      best = bin;
    }
  }
  const middle = (index: number): number => (index + 0.5) / 8 - 1;
  return [middle(best >> 8), middle((best >> 4) & 15), middle(best & 15)];
}

/** Median of each channel over the samples near a colour; the colour itself where there are none. */
function medianWithin(
  samples: Float32Array,
  colour: readonly [number, number, number],
  radius: number,
): [number, number, number] {
  const channels: [number[], number[], number[]] = [[], [], []];
  for (const [i, distance] of distancesTo(samples, colour).entries())
    if (distance <= radius) for (const [c, values] of channels.entries()) values.push(samples[3 * i + c]!);
  if (channels[0].length === 0) return [...colour];
  return [median(channels[0]), median(channels[1]), median(channels[2])];
}

function distancesTo(samples: Float32Array, [r, g, b]: readonly [number, number, number]): number[] {
  const distances = new Array<number>(samples.length / 3);
  for (let i = 0; i < distances.length; i++)
    distances[i] = Math.hypot(samples[3 * i]! - r, samples[3 * i + 1]! - g, samples[3 * i + 2]! - b);
  return distances;
}

/** Of at least one number; the upper of the middle two. */
function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1]!;
}
