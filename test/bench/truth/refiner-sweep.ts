/** What the judge measures on one subject's sweep: all that the refiner's figures are taken from. */
import { degrees, radians } from '@turnaround/plugin/asset';
import { cosineSimilarity, psnr, ssim } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { Reading } from './judge.ts';
import { FOCAL } from './pictures.ts';
import { highPassEnergy } from './sharpness.ts';
import { OCCLUSION_TOLERANCE, visiblePixels, warpByDepth } from './warp.ts';

/** Degrees from view to view. */
export const STEP_DEG = 7.5;

/** Degrees of turn that are reported; the bars hold at the first. */
export const REACHES = [45, 60] as const;
export type Reach = (typeof REACHES)[number];

/** Degrees between the two views of a warp. */
const WARP_DEG = 15;

/** Yaws of a sweep, radians: −reach..reach by 7.5°. */
export function sweepYaws(reach: Reach): number[] {
  const steps = Math.round(reach / STEP_DEG);
  return Array.from({ length: 2 * steps + 1 }, (_, k) => radians((k - steps) * STEP_DEG));
}

/** One view as it is judged. */
export interface JudgedView {
  /** Radians. Of a sweep that is drawn at equal turn: those that the other one was asked for. */
  readonly asked: number;
  /** f32 [3,64,64], −1..1. */
  readonly image: RgbImage;
  /** f32 [64,64], coverage 0..1. */
  readonly mask: Float32Array;
  readonly reading: Reading;
}

/** One view, measured. */
export interface MeasuredView {
  /** Whole steps of 7.5° from the frontal view. */
  readonly step: number;
  readonly askedDeg: number;
  /** As the judge reads it. */
  readonly readDeg: number;
  /** 1 − cosine of identities, to the frontal view. */
  readonly drift: number;
  /** 1 − cosine of identities, to the view before; null of the first. */
  readonly jump: number | null;
  /** High-pass energy in the mask. */
  readonly sharpness: number;
  /** With the frontal picture as it is, as the paper takes it; null between the multiples of 15° and at 0. */
  readonly ssim: number | null;
  /** f32 [192], the judge's. */
  readonly features: Float32Array;
}

/** One view warped to another. */
export interface MeasuredWarp {
  /** Steps of the source and of the target. */
  readonly from: number;
  readonly to: number;
  /** PSNR in the target's mask, where the source shows the point. */
  readonly db: number;
}

/** One subject's sweep, measured. */
export interface MeasuredSweep {
  readonly views: readonly MeasuredView[];
  readonly warps: readonly MeasuredWarp[];
}

const isWarped = (from: number, to: number): boolean =>
  Math.abs(from - to) === WARP_DEG / STEP_DEG || (to === 0 && Math.abs(from) === (2 * WARP_DEG) / STEP_DEG);

/**
 * Measures a sweep. Warps: every two views 15° apart, both ways, and ±30° to the frontal view. Each is the source as the
 * target's camera would see it, by the judge's depth of the target and its yaws of both; PSNR counts where the target's
 * mask lies, the source's mask too, and the point is not hidden behind the source's own surface by the judge's depth.
 *
 * @param views in the order of their yaws, evenly by 7.5°, the frontal one among them
 * @throws TruthError `data` where they are not
 */
export function measureSweep(views: readonly JudgedView[]): MeasuredSweep {
  const steps = views.map(({ asked }) => Math.round(degrees(asked) / STEP_DEG));
  const frontal = views[steps.indexOf(0)];
  if (!frontal || views.some(({ asked }, k) => !isStep(asked, steps[0]! + k)))
    throw new TruthError(
      'data',
      `sweep: expected views by ${STEP_DEG}° with 0 among them, got ${views.map(({ asked }) => degrees(asked).toFixed(1)).join(' ')}`,
    );
  const apart = (a: Reading, b: Reading): number => 1 - cosineSimilarity(a.identity, b.identity);
  return {
    views: views.map(({ asked, image, mask, reading }, k) => ({
      step: steps[k]!,
      askedDeg: degrees(asked),
      readDeg: degrees(reading.yaw),
      drift: apart(frontal.reading, reading),
      jump: k > 0 ? apart(views[k - 1]!.reading, reading) : null,
      sharpness: highPassEnergy(image, mask),
      ssim: steps[k] !== 0 && steps[k]! % (WARP_DEG / STEP_DEG) === 0 ? ssim(frontal.image, image) : null,
      features: reading.features,
    })),
    warps: views.flatMap((source, s) =>
      views.flatMap((target, t) => {
        if (!isWarped(steps[s]!, steps[t]!)) return [];
        const db = warpedDb(source, target);
        return db === null ? [] : [{ from: steps[s]!, to: steps[t]!, db }];
      }),
    ),
  };
}

const isStep = (asked: number, step: number): boolean => Math.abs(degrees(asked) - step * STEP_DEG) < 1e-6;

/** What rounding to 8 bits leaves, 20·log₁₀(255·√12): a head held still at the end of its curve agrees with itself no better. */
const ROUNDED_DB = 20 * Math.log10(255 * Math.sqrt(12));

/** PSNR of a source warped to a target; null where nothing of the target is seen in the source. */
function warpedDb(source: JudgedView, target: JudgedView): number | null {
  const [from, to] = [source.reading, target.reading];
  const warp = warpByDepth(source.image, to.depth, from.yaw - to.yaw, FOCAL);
  const seen = visiblePixels(warp, {
    targetMask: target.mask,
    sourceMask: source.mask,
    sourceDepth: from.depth,
    tolerance: OCCLUSION_TOLERANCE,
  });
  return seen.some((one) => one === 1) ? Math.min(ROUNDED_DB, psnr(warp.image, target.image, seen)) : null;
}
