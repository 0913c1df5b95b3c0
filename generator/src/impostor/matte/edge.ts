import { extendColour } from '../extend-colour.ts';
import type { RgbImage } from '../image.ts';
import type { Backdrop } from './backdrop.ts';
import { createBlur } from './blur.ts';
import { dilate, distanceTo, largestComponent, type Mask, maskOf } from './mask.ts';
import type { Cutout } from './matte.ts';

export interface EdgeOptions {
  /** Widest soft edge, in pixels inside the silhouette; deeper pixels are the subject's alone. */
  readonly width: number;
  /** How far, in pixels (standard deviation), the subject's colour at the edge is gathered. */
  readonly reach: number;
}

/** Edges of pictures 128 wide; wider ones have wider edges, but not in proportion. */
export function edgeDefaults(width: number): EdgeOptions {
  const scale = Math.max(1, Math.sqrt(width / 128));
  return { width: 4 * scale, reach: 1.5 * scale };
}

/** Mixing model at the pixels of a silhouette's edge. */
interface Mixture {
  /** f32 [H,W]: distance from the outside, pixels. */
  readonly inside: Float32Array;
  /** f32 [3,H,W]: the subject's colour there, without the backdrop. */
  readonly own: Float32Array;
  /** f32 [H,W]: coverage that the colours say. */
  readonly coverage: Float32Array;
  /** f32 [H,W]: variance of that coverage. */
  readonly variance: Float32Array;
}

/**
 * Coverage and the subject's own colour along the edges of a sweep. A pixel's colour C mixes the subject's F and
 * the backdrop's B: C = αF + (1−α)B. F is gathered inside the silhouette, which gives α and its variance from the
 * backdrop's noise, the spread of F, and what the mixture leaves unexplained. Where F is plainly not B, the mean
 * and variance of α in each layer of the silhouette are measured over the whole sweep; that is the prior for all
 * other pixels. So a render's edge stays one pixel wide, a GAN's blurred one with its halo is found as it is, and
 * grey hair before grey gets the edge that the rest of the subject has.
 */
export function softenEdges(
  images: readonly RgbImage[],
  backdrop: Backdrop,
  masks: readonly Mask[],
  options: EdgeOptions,
): Cutout[] {
  const wide = images.map((image, k) => mixture(image, backdrop, masks[k]!, options));
  const wideLayers = measureLayers(wide, options);
  const tight = wide.map((mix, k) => tighten(masks[k]!, mix, wideLayers, options));
  const edge = narrow(images, backdrop, tight, options);
  const mixtures = images.map((image, k) => mixture(image, backdrop, tight[k]!, edge));
  const layers = measureLayers(mixtures, edge);
  return images.map((image, k) => resolve(image, backdrop, mixtures[k]!, layers, edge));
}

/** The silhouette where coverage passes a half, and one pixel around it: the same distance from the edge everywhere. */
function tighten(mask: Mask, mix: Mixture, layers: readonly Layer[], options: EdgeOptions): Mask {
  const { width, height } = mask;
  const half = largestComponent(maskOf(width, height, (i) => mostProbable(mix, i, layers, options) >= 0.5));
  const grown = dilate(half, 1);
  return maskOf(width, height, (i) => mask.data[i]! && grown.data[i]!);
}

/** Views that measure the edge's width. */
const VIEWS_MEASURED = 3;

/** The edge as narrow as it is measured to be: the nearer to it the subject's colour is gathered, the truer it is. */
function narrow(
  images: readonly RgbImage[],
  backdrop: Backdrop,
  masks: readonly Mask[],
  options: EdgeOptions,
): EdgeOptions {
  const every = Math.ceil(images.length / VIEWS_MEASURED);
  const mixtures = images.flatMap((image, k) =>
    k % every === 0 ? [mixture(image, backdrop, masks[k]!, options)] : [],
  );
  const layers = measureLayers(mixtures, options);
  let last = layers.length - 1;
  while (last > 0 && layers[last - 1]!.mean > 0.9) last--;
  const { width, reach } = options;
  const measured = Math.min(width, Math.max(2, (last + 1) / LAYERS_PER_PIXEL));
  return { width: measured, reach: Math.max(1, (reach * measured) / width) };
}

/** Distances from the outside are told apart by this part of a pixel. */
const LAYERS_PER_PIXEL = 3;

const layerAt = (inside: number): number => Math.floor(LAYERS_PER_PIXEL * inside);

/** Mean and variance of coverage by distance from the outside, in steps of a third of a pixel. */
interface Layer {
  readonly mean: number;
  readonly variance: number;
}

/** Coverage known better than this (variance) counts as measured. */
const SURE = 0.15 ** 2;

function measureLayers(mixtures: readonly Mixture[], { width }: EdgeOptions): Layer[] {
  const count = layerAt(width) + 1;
  const sums = Array.from({ length: count }, () => ({ n: 0, sum: 0, squares: 0 }));
  for (const { inside, coverage, variance } of mixtures)
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] === 0 || inside[i]! > width || variance[i]! > SURE) continue;
      const layer = sums[layerAt(inside[i]!)]!;
      layer.n++;
      layer.sum += coverage[i]!;
      layer.squares += coverage[i]! ** 2;
    }
  return sums.map(({ n, sum, squares }, index) => {
    // A few pixels' worth of belief in an edge one pixel wide, for layers that nothing was measured in.
    const weight = n + 4;
    const expected = index < 1.5 * LAYERS_PER_PIXEL ? 0.5 : 1;
    const mean = (sum + 4 * expected) / weight;
    return {
      mean,
      variance: Math.max(0.1 ** 2, (squares + 4 * (expected ** 2 + 0.04)) / weight - mean ** 2),
    };
  });
}

/** Coverage from what a pixel's colour says and its layer's prior, each by its certainty. */
function mostProbable(
  { inside, coverage, variance }: Mixture,
  i: number,
  layers: readonly Layer[],
  { width }: EdgeOptions,
): number {
  if (inside[i] === 0) return 0;
  if (inside[i]! > width) return 1;
  const prior = layers[layerAt(inside[i]!)]!;
  const gain = prior.variance / (prior.variance + variance[i]!);
  return prior.mean + gain * (coverage[i]! - prior.mean);
}

/** Takes the backdrop out of the colours, and continues them where hardly anything of the subject is. */
function resolve(
  image: RgbImage,
  backdrop: Backdrop,
  mix: Mixture,
  layers: readonly Layer[],
  options: EdgeOptions,
): Cutout {
  const { inside, coverage } = mix;
  const size = inside.length;
  const alpha = new Float32Array(size);
  const trust = new Float32Array(size);
  const colour = new Float32Array(image.data);
  for (let i = 0; i < size; i++) {
    alpha[i] = snap(mostProbable(mix, i, layers, options));
    // A colour that the backdrop explains is not trusted, whatever the layer says: no fringe survives.
    trust[i] =
      smoothstep(0.8, 1, alpha[i]!) * (inside[i]! > options.width ? 1 : smoothstep(0.3, 0.8, coverage[i]!));
    for (let c = 0; c < 3; c++) {
      const k = c * size + i;
      const unmixed = (image.data[k]! - (1 - alpha[i]!) * backdrop.colour[c]!) / Math.max(0.5, alpha[i]!);
      colour[k] = clamp(unmixed, -1, 1);
    }
  }
  return {
    width: image.width,
    height: image.height,
    alpha,
    colour: extendColour({ ...image, data: colour }, trust),
  };
}

function mixture(image: RgbImage, backdrop: Backdrop, mask: Mask, options: EdgeOptions): Mixture {
  const { width, height, data } = image;
  const size = width * height;
  const inside = distanceTo(maskOf(width, height, (i) => !mask.data[i]));
  const { own, spread } = gatherOwnColour(image, backdrop, inside, options);
  const coverage = new Float32Array(size);
  const variance = new Float32Array(size);
  const [r, g, b] = backdrop.colour;
  for (let i = 0; i < size; i++) {
    if (inside[i] === 0 || inside[i]! > options.width) continue;
    const f = [own[i]! - r, own[size + i]! - g, own[2 * size + i]! - b] as const;
    const c = [data[i]! - r, data[size + i]! - g, data[2 * size + i]! - b] as const;
    const contrast = f[0] ** 2 + f[1] ** 2 + f[2] ** 2 + 1e-6;
    const share = clamp((f[0] * c[0] + f[1] * c[1] + f[2] * c[2]) / contrast, -OVERSHOOT, 1 + OVERSHOOT);
    const unexplained = (c[0] - share * f[0]) ** 2 + (c[1] - share * f[1]) ** 2 + (c[2] - share * f[2]) ** 2;
    coverage[i] = clamp(share, 0, 1);
    variance[i] = (spread[i]! + backdrop.noise ** 2 + unexplained + LEAST_VARIANCE) / contrast;
  }
  return { inside, own, coverage, variance };
}

/** How far, in parts of the contrast, a GAN's colours swing beyond both sides of an edge. */
const OVERSHOOT = 0.2;

/** Rounding to 8 bits and what else the model of mixing leaves out: about 1 of 255, squared. */
const LEAST_VARIANCE = 0.01 ** 2;

/** Weighted mean and variance (of one channel) of the colours inside the silhouette, around each of its pixels. */
function gatherOwnColour(
  { width, height, data }: RgbImage,
  backdrop: Backdrop,
  inside: Float32Array,
  edge: EdgeOptions,
): { own: Float32Array; spread: Float32Array } {
  const size = width * height;
  const weights = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    if (inside[i] === 0) continue;
    if (inside[i]! >= edge.width) {
      weights[i] = 1;
      continue;
    }
    let contrast = 0;
    for (let c = 0; c < 3; c++) contrast += (data[c * size + i]! - backdrop.colour[c]!) ** 2;
    // The small share lets strands too thin to have an inside speak for themselves, the least mixed pixels most.
    weights[i] = Math.max(smoothstep(1, edge.width, inside[i]!), 1e-3 * contrast + 1e-9);
  }
  const band = maskOf(width, height, (i) => inside[i]! > 0 && inside[i]! <= edge.width);
  const blur = createBlur(width, height, edge.reach, band);
  const total = blur(weights);
  const own = new Float32Array(3 * size);
  const spread = new Float32Array(size);
  for (let c = 0; c < 3; c++) {
    const plane = data.subarray(c * size, (c + 1) * size);
    const weighted = plane.map((value, i) => value * weights[i]!);
    const sum = blur(weighted);
    const squares = blur(weighted.map((value, i) => value * plane[i]!));
    for (let i = 0; i < size; i++) {
      if (!band.data[i]) continue;
      const mean = sum[i]! / total[i]!;
      own[c * size + i] = mean;
      spread[i]! += Math.max(0, squares[i]! / total[i]! - mean * mean) / 3;
    }
  }
  return { own, spread };
}

/** Exactly 0 and 1 where it is nearly so: the backdrop's noise must not leave a veil. */
function snap(coverage: number): number {
  return clamp((coverage - 0.03) / 0.94, 0, 1);
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}
