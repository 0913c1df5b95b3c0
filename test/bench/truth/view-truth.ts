/** Held-out views of the shared sweeps: what is stored, what is asked for, and how near a picture comes to the truth. */
import { degrees } from '@turnaround/plugin/asset';
import { mean, psnr, ssim } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { type CharacterViews, standingFrame } from '../../../generator/src/impostor/index.ts';
import { type StoredView, storeView } from '../../../plugin/src/synthesis/index.ts';
import { TruthError } from './errors.ts';
import { FOCAL } from './pictures.ts';
import type { Sweep, SweepView } from './sweeps.ts';

/** The sweeps' backdrop, 0..1. */
export const GREY = 150 / 255;

/** A view to be made, between two that are stored. */
export interface HeldOut {
  readonly view: SweepView;
  /** Among the stored ones. */
  readonly low: number;
  /** Of the upper one. */
  readonly weight: number;
}

/** Views stored every `spacing` degrees, and those between them. */
export interface Spaced {
  readonly stored: readonly SweepView[];
  readonly heldOut: readonly HeldOut[];
}

/** @param spacing degrees, of the sweep's 2.5 a multiple that divides its ±60 */
export function spaceViews({ views }: Sweep, spacing: number): Spaced {
  const place = ({ yaw }: SweepView): number => (degrees(yaw) - degrees(views[0]!.yaw)) / spacing;
  const isStored = (view: SweepView): boolean => Math.abs(place(view) - Math.round(place(view))) < 1e-6;
  const stored = views.filter(isStored);
  const heldOut = views.flatMap((view) => {
    if (isStored(view)) return [];
    const low = Math.floor(place(view));
    return [{ view, low, weight: place(view) - low }];
  });
  const last = stored.at(-1);
  if (!last || heldOut.some(({ low }) => low >= stored.length - 1))
    throw new TruthError(
      'usage',
      `spacing: expected one that ends at the sweep's last view, got ${spacing}°`,
    );
  return { stored, heldOut };
}

/** Whether it lies in the middle of two stored ones. */
export const isMidway = ({ weight }: HeldOut): boolean => Math.abs(weight - 0.5) < 1e-6;

/** RGBA [S,S,4] 0..1 of a sweep's view, without its backdrop. */
export function cutOut({ image, mask }: SweepView): Float32Array {
  const size = mask.length;
  const rgba = new Float32Array(4 * size);
  for (let k = 0; k < size; k++) {
    const alpha = mask[k]!;
    rgba[4 * k + 3] = alpha;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++) {
      const seen = (image.data[c * size + k]! + 1) / 2;
      rgba[4 * k + c] = Math.min(1, Math.max(0, (seen - (1 - alpha) * GREY) / alpha));
    }
  }
  return rgba;
}

/** For the reference and the peers. */
export const storedView = (view: SweepView): StoredView =>
  storeView({
    width: view.image.width,
    height: view.image.height,
    rgba: cutOut(view),
    depth: view.depth,
    yaw: view.yaw,
    focal: FOCAL,
  });

/** As a character's file is made of them. */
export function characterOf(subject: number, stored: readonly SweepView[]): CharacterViews {
  const views = stored.map((view) => {
    const { width, height } = view.image;
    const image = { width, height, data: Uint8ClampedArray.from(cutOut(view), (value) => 255 * value) };
    const depth = { width, height, data: view.depth.map((d) => d || Number.POSITIVE_INFINITY) };
    return { yaw: view.yaw, pitch: 0, image, depth };
  });
  return {
    views,
    ...standingFrame(views[0]!.image),
    focal: FOCAL,
    calibrated: true,
    provenance: {
      generator: 'bench:views',
      model: 'true renders',
      modelHash: '0'.repeat(64),
      seed: subject,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'the shared sweeps',
    },
  };
}

/** A premultiplied picture [S,S,4] 0..1 over the backdrop: f32 [3,S,S], −1..1. */
export function overGrey(rgba: ArrayLike<number>, width: number, height: number): RgbImage {
  const size = width * height;
  const data = new Float32Array(3 * size);
  for (let k = 0; k < size; k++)
    for (let c = 0; c < 3; c++)
      data[c * size + k] = 2 * (rgba[4 * k + c]! + (1 - rgba[4 * k + 3]!) * GREY) - 1;
  return { width, height, data };
}

/** How near a picture comes to the true view: PSNR within the true mask and three pixels around it, SSIM of all of it. */
export function nearness(picture: RgbImage, { image, mask }: SweepView): { psnr: number; ssim: number } {
  const where = dilated(mask, image.width, DILATED);
  return { psnr: psnr(picture, image, where), ssim: ssim(picture, image) };
}
const DILATED = 3;

/** A disc of this radius about every pixel that is covered by more than a half: 0 or 1. */
function dilated(mask: Float32Array, side: number, radius: number): Float32Array {
  const out = new Float32Array(mask.length);
  for (let k = 0; k < mask.length; k++) {
    if (mask[k]! <= 0.5) continue;
    const [x, y] = [k % side, Math.floor(k / side)];
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const [u, v] = [x + dx, y + dy];
        if (dx * dx + dy * dy > radius * radius || u < 0 || v < 0 || u >= side || v >= side) continue;
        out[v * side + u] = 1;
      }
  }
  return out;
}

/** Mean and 5th percentile. */
export interface ViewFigures {
  readonly psnr: number;
  readonly psnr5: number;
  readonly ssim: number;
  readonly ssim5: number;
  readonly views: number;
}

export function viewFigures(all: readonly { psnr: number; ssim: number }[]): ViewFigures {
  const [psnrs, ssims] = [all.map((one) => one.psnr), all.map((one) => one.ssim)];
  return {
    psnr: mean(psnrs),
    psnr5: fifth(psnrs),
    ssim: mean(ssims),
    ssim5: fifth(ssims),
    views: all.length,
  };
}

/** The 5th percentile, the nearest that was measured. */
const fifth = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(0.05 * (values.length - 1))]!;
