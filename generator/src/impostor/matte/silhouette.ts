import type { RgbImage } from '../image.ts';
import type { Backdrop } from './backdrop.ts';
import { components, dilate, erode, largestComponent, type Mask, maskOf } from './mask.ts';

/** Nearest that a colour may be to the backdrop's (Euclidean, −1..1 units) and be the subject's: 3 of 255. */
const LEAST_CONTRAST = 3 / 127.5;

/** Standard deviations of the backdrop's noise that count as backdrop; the length of a 3-D Gaussian passes 5 once in 10⁵. */
const NOISE_FACTOR = 5;

/** Backdrop narrower than this disc is closed: colours like the backdrop's run through grey hair in threads. At 128. */
const CLOSING_RADIUS = 1.5;

/** Bites as wide as this disc are mended; pixels of a picture 128 wide. */
const BITE_RADIUS = 5;

/** A patch inside the subject that shows the backdrop has at least this share of the picture (16 pixels of 128²) … */
const GAP_SHARE = 1 / 1024;

/** … and keeps so near to its colour (root mean square, −1..1 units; 4 of 255). Grey hair shades through it faster. */
const GAP_DEVIATION = 4 / 127.5;

/** Thresholds are tried in steps of this factor … */
const STEP = 1.25;

/** … this many, up to six times the first … */
const STEPS = 8;

/** … until a step takes less than this share of the subject's area away. */
const STABLE = 0.005;

/** Views of a sweep that choose the threshold. */
const VIEWS_TRIED = 6;

/**
 * The subjects of a sweep as binary masks. How far a colour must be from the backdrop's follows from the pictures:
 * renders need no more than rounding, but a GAN surrounds its subjects with a faint halo that belongs to the
 * backdrop and is far stronger than the backdrop's noise at the border. While the threshold climbs through the halo
 * the area shrinks step by step; the first threshold where it stays is taken (as in maximally stable regions,
 * Matas et al. 2002), or the one where it shrinks least.
 */
export function silhouettes(images: readonly RgbImage[], backdrop: Backdrop): Mask[] {
  const lowest = Math.max(LEAST_CONTRAST, NOISE_FACTOR * backdrop.noise);
  const every = Math.ceil(images.length / VIEWS_TRIED);
  const tried = images
    .filter((_, k) => k % every === 0)
    .map((image) => contrastTo(decimate(image), backdrop));
  const threshold = stableThreshold(tried, lowest);
  return images.map((image) => {
    const contrast = contrastTo(image, backdrop);
    const sure = silhouette(contrast, threshold);
    return threshold === lowest ? sure : mend(sure, silhouette(contrast, lowest));
  });
}

/** The first threshold that a step takes hardly any area away from, or the one that it takes the least from. */
function stableThreshold(tried: readonly Contrast[], lowest: number): number {
  const areaAt = (threshold: number): number => {
    let area = 0;
    for (const contrast of tried) for (const set of silhouette(contrast, threshold).data) area += set;
    return area;
  };
  let threshold = lowest;
  let area = areaAt(lowest);
  let best = { threshold, loss: Number.POSITIVE_INFINITY };
  for (let step = 0; step < STEPS && best.loss > STABLE; step++) {
    const next = areaAt(threshold * STEP);
    const loss = (area - next) / Math.max(1, area);
    if (loss < best.loss) best = { threshold, loss };
    threshold *= STEP;
    area = next;
  }
  return best.threshold;
}

/** Distance of each pixel's colour from the backdrop's: f32 [H,W], Euclidean, −1..1 units. */
interface Contrast {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

function contrastTo({ width, height, data }: RgbImage, { colour: [r, g, b] }: Backdrop): Contrast {
  const size = width * height;
  const out = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const [dr, dg, db] = [data[i]! - r, data[size + i]! - g, data[2 * size + i]! - b];
    out[i] = Math.sqrt(dr * dr + dg * dg + db * db);
  }
  return { width, height, data: out };
}

/** Every k-th pixel, for pictures wider than 255: the threshold needs no more. */
function decimate(image: RgbImage): RgbImage {
  const k = Math.max(1, Math.floor(image.width / 128));
  const [width, height] = [Math.floor(image.width / k), Math.floor(image.height / k)];
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(c * height + y) * width + x] = image.data[(c * image.height + y * k) * image.width + x * k]!;
  return { width, height, data };
}

/**
 * Fills bites: what the lowest threshold counts as the subject, where the silhouette all but surrounds it. That is
 * hair with a streak of the backdrop's very colour at its rim, or the halo in a hollow between hair and neck;
 * `softenEdges` drops the latter, since colours there are plainly not the subject's.
 */
function mend(sure: Mask, largest: Mask): Mask {
  const { width, height } = sure;
  const radius = (BITE_RADIUS * width) / 128;
  const grown = dilate(sure, radius);
  const closed = erode(grown, radius);
  // Near the frame the disc would close what lies between a head and the frame.
  const clear = (i: number): boolean =>
    i >= radius * width && i % width >= radius && i % width < width - radius;
  return maskOf(width, height, (i) => sure.data[i]! || (closed.data[i]! && largest.data[i]! && clear(i)));
}

/**
 * All that does not have the backdrop's colour, or is not joined to the border by a
 * band of that colour. Grey hair before a grey backdrop so keeps its inside. Closed, filled but for real gaps
 * (between a lock of hair and the neck), and its largest connected part. Tends to be too large by the width of
 * the blur at its edge; `softenEdges` finds the edge proper.
 */
function silhouette(contrast: Contrast, threshold: number): Mask {
  const { width, height, data } = contrast;
  const near = maskOf(width, height, (i) => data[i]! <= threshold);
  const radius = CLOSING_RADIUS * Math.max(1, Math.sqrt(width / 128));
  const opened = erode(near, radius);
  const core = maskOf(width, height, (i) => opened.data[i]! || alongFrame(near, i));
  const { labels, sizes } = components(core, 4);
  const reached = sizes.map(() => false);
  // Not from the bottom: there the subject itself leaves the frame, in clothes of any colour.
  for (let x = 0; x < width; x++) reached[labels[x]!] = true;
  for (let y = 0; y < height; y++) {
    reached[labels[y * width]!] = true;
    reached[labels[y * width + width - 1]!] = true;
  }
  for (const [label, deviation] of deviations(contrast, labels, sizes).entries())
    if (sizes[label]! >= GAP_SHARE * data.length && deviation <= GAP_DEVIATION) reached[label] = true;
  reached[0] = false;
  const grown = dilate(
    maskOf(width, height, (i) => reached[labels[i]!]!),
    radius,
  );
  return largestComponent(maskOf(width, height, (i) => !(grown.data[i] && near.data[i])));
}

/** Whether five pixels in a row along the top or a side are set: the sliver between a head and the frame is no thread. */
function alongFrame({ width, height, data }: Mask, index: number): boolean {
  const x = index % width;
  const y = (index - x) / width;
  const run = (position: number, length: number, step: number): boolean => {
    for (let d = -2; d <= 2; d++)
      if (position + d >= 0 && position + d < length && !data[index + d * step]) return false;
    return true;
  };
  if (y === 0) return run(x, width, 1);
  return (x === 0 || x === width - 1) && run(y, height, width);
}

/** Root mean square distance of each part's colours from the backdrop's. */
function deviations({ data }: Contrast, labels: Int32Array, sizes: readonly number[]): number[] {
  const sums = new Float64Array(sizes.length);
  for (let i = 0; i < data.length; i++) sums[labels[i]!]! += data[i]! ** 2;
  return sizes.map((count, label) => Math.sqrt(sums[label]! / Math.max(1, count)));
}
