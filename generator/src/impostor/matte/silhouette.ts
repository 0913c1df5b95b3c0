import type { RgbImage } from '../image.ts';
import type { Backdrop } from './backdrop.ts';
import { type Contrast, contrastTo, decimate } from './contrast.ts';
import { components, dilate, distanceTo, erode, largestComponent, type Mask, maskOf } from './mask.ts';
import { mend, roundPale } from './outline.ts';

/** Nearest that a colour may be to the backdrop's (Euclidean, −1..1 units) and be the subject's: 3 of 255. */
const LEAST_CONTRAST = 3 / 127.5;

/** Standard deviations of the backdrop's noise that count as backdrop; the length of a 3-D Gaussian passes 5 once in 10⁵. */
const NOISE_FACTOR = 5;

/** Backdrop narrower than this disc is closed: colours like the backdrop's run through grey hair in threads. At 128. */
const CLOSING_RADIUS = 1.5;

/** A patch inside the subject that shows the backdrop has at least this share of the picture (16 pixels of 128²) … */
const GAP_SHARE = 1 / 1024;

/** … keeps so near to its colour (root mean square, −1..1 units; 4 of 255) … */
const GAP_DEVIATION = 4 / 127.5;

/** … and all but ends at its rim: three quarters of the pixels this far outside it are so far from that colour. */
const GAP_RIM = { distance: 4, contrast: 30 / 127.5 };

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
  const outlines = images.map((image) => outlinesOf(contrastTo(image, backdrop)));
  const tried = outlines.flatMap((own, k) => {
    if (k % every !== 0) return [];
    const fewer = decimate(images[k]!);
    return fewer === images[k] ? [own] : [outlinesOf(contrastTo(fewer, backdrop))];
  });
  const threshold = stableThreshold(tried, lowest);
  return outlines.map(({ contrast, at }) => {
    const sure = at(threshold);
    return roundPale(threshold === lowest ? sure : mend(sure, at(lowest), contrast), contrast);
  });
}

/** Silhouettes of one picture. */
interface Outlines {
  readonly contrast: Contrast;
  /** Each threshold's is found once. */
  at(threshold: number): Mask;
}

function outlinesOf(contrast: Contrast): Outlines {
  const known = new Map<number, Mask>();
  return {
    contrast,
    at(threshold) {
      const mask = known.get(threshold) ?? silhouette(contrast, threshold);
      known.set(threshold, mask);
      return mask;
    },
  };
}

/** The first threshold that a step takes hardly any area away from, or the one that it takes the least from. */
function stableThreshold(tried: readonly Outlines[], lowest: number): number {
  const areaAt = (threshold: number): number => {
    let area = 0;
    for (const { at } of tried) for (const set of at(threshold).data) area += set;
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

/**
 * All that does not have the backdrop's colour, or is not joined to the border by a band of that colour, so that
 * grey hair before a grey backdrop keeps its inside. Closed, filled but for real gaps (between a lock of hair and the
 * neck), and its largest connected part. Tends to be too large by the width of the blur at its edge; `softenEdges`
 * finds the edge proper.
 */
function silhouette(contrast: Contrast, threshold: number): Mask {
  const { width, height, data } = contrast;
  const near = maskOf(width, height, (i) => data[i]! <= threshold);
  const radius = CLOSING_RADIUS * Math.max(1, Math.sqrt(width / 128));
  const core = erode(near, radius);
  for (const i of framePixels(width, height)) if (alongFrame(near, i)) core.data[i] = 1;
  const { labels, sizes } = components(core, 4);
  const reached = sizes.map(() => false);
  // Not from the bottom: there the subject itself leaves the frame, in clothes of any colour.
  for (let x = 0; x < width; x++) reached[labels[x]!] = true;
  for (let y = 0; y < height; y++) {
    reached[labels[y * width]!] = true;
    reached[labels[y * width + width - 1]!] = true;
  }
  reached[0] = false;
  for (const [label, deviation] of deviations(contrast, labels, sizes).entries())
    if (
      label > 0 &&
      !reached[label] &&
      sizes[label]! >= GAP_SHARE * data.length &&
      deviation <= GAP_DEVIATION
    )
      reached[label] = hasRim(contrast, labels, label, radius);
  const grown = dilate(
    maskOf(width, height, (i) => reached[labels[i]!]!),
    radius,
  );
  return largestComponent(maskOf(width, height, (i) => !(grown.data[i] && near.data[i])));
}

/** Indices of a picture's outermost pixels but those at the bottom alone. */
function* framePixels(width: number, height: number): Generator<number> {
  for (let x = 0; x < width; x++) yield x;
  for (let y = 1; y < height; y++) yield* [y * width, y * width + width - 1];
}

/** Whether five pixels in a row along the top or a side are set about one of those: the sliver between a head and the frame is no thread. */
function alongFrame({ width, height, data }: Mask, index: number): boolean {
  const x = index % width;
  const y = (index - x) / width;
  const run = (position: number, length: number, step: number): boolean => {
    for (let d = -2; d <= 2; d++)
      if (position + d >= 0 && position + d < length && !data[index + d * step]) return false;
    return true;
  };
  return y === 0 ? run(x, width, 1) : run(y, height, width);
}

/** Whether a patch has an edge, as a gap between hair and neck does, where grey hair shades back slowly. */
function hasRim(
  { width, height, data }: Contrast,
  labels: Int32Array,
  label: number,
  eroded: number,
): boolean {
  const distance = distanceTo(maskOf(width, height, (i) => labels[i] === label));
  const outside = eroded + GAP_RIM.distance * Math.max(1, Math.sqrt(width / 128));
  const rim: number[] = [];
  for (let i = 0; i < distance.length; i++)
    if (distance[i]! > outside - 1 && distance[i]! <= outside) rim.push(data[i]!);
  return (rim.sort((a, b) => a - b)[rim.length >> 2] ?? 0) >= GAP_RIM.contrast;
}

/** Root mean square distance of each part's colours from the backdrop's. */
function deviations({ data }: Contrast, labels: Int32Array, sizes: readonly number[]): number[] {
  const sums = new Float64Array(sizes.length);
  for (let i = 0; i < data.length; i++) sums[labels[i]!]! += data[i]! ** 2;
  return sizes.map((count, label) => Math.sqrt(sums[label]! / Math.max(1, count)));
}
