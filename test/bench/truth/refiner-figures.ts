/**
 * The refiner's figures (refiner.md, parts 3 and 4): sweeps with the judge's readings in, numbers out.
 *
 * Every view is judged at 64², the judge's own size: larger pictures as means of blocks. *Equal turn*: turning less looks
 * better on every figure that compares views, so a refined sweep of slope s_r is compared with the unrefined sweep of
 * slope s_u drawn again at asked · s_r/s_u.
 */
import {
  bootstrapInterval,
  fitScale,
  type Interval,
  mean,
  median,
} from '../../../generator/src/evaluation/index.ts';
import { TruthError } from './errors.ts';
import { type MeasuredSweep, type Reach, STEP_DEG } from './refiner-sweep.ts';
import type { TrueDistances } from './true-features.ts';

/** An identity step between views 7.5° apart above this is a jump: hair or face changes. True people stay below .03. */
export const JUMP = 0.1;

/** Figures of one subject between −reach and reach. */
export interface SubjectFigures {
  /** Yaw read ≈ slope · yaw asked, least squares through 0. */
  readonly slope: number;
  /** n15: PSNR of views warped to those 15° away, mean over pairs 7.5° apart from pair to pair, both ways. */
  readonly neighbourDb: number;
  /** f15: the views at ±15° warped to the frontal one, mean of both. */
  readonly frontalDb: number;
  /** f30: those at ±30°. */
  readonly frontal30Db: number;
  /** 1 − identity cosine, frontal to ±reach, mean of both. */
  readonly drift: number;
  /** The same to ±15°, ±30° … ±reach. */
  readonly driftBy15: readonly number[];
  /** Largest identity step between views 7.5° apart. */
  readonly largestJump: number;
  /** High-pass energy in the mask, mean over views. */
  readonly sharpness: number;
  /** SSIM with the frontal picture, mean over ±15°, ±30° … ±reach. Reported only: blur and turning back raise it. */
  readonly ssim: number;
}

/** @throws TruthError `data` where the sweep does not hold what a figure needs */
export function subjectFigures({ views, warps }: MeasuredSweep, reach: Reach): SubjectFigures {
  const end = Math.round(reach / STEP_DEG);
  const two = Math.round(15 / STEP_DEG);
  const inside = views.filter(({ step }) => Math.abs(step) <= end);
  if (inside.length !== 2 * end + 1)
    throw new TruthError('data', `sweep: expected ${2 * end + 1} views to ±${reach}°, got ${inside.length}`);
  const driftAt = (step: number): number =>
    mean(inside.filter((view) => Math.abs(view.step) === step).map(({ drift }) => drift));
  const db = (wanted: (from: number, to: number) => boolean): number =>
    mean(warps.filter(({ from, to }) => wanted(from, to)).map((warp) => warp.db));
  const frontal = (step: number) => db((from, to) => to === 0 && Math.abs(from) === step);
  return {
    slope: fitScale(
      inside.map(({ askedDeg }) => askedDeg),
      inside.map(({ readDeg }) => readDeg),
    ),
    neighbourDb: db(
      (from, to) => Math.abs(from - to) === two && Math.abs(from) <= end && Math.abs(to) <= end,
    ),
    frontalDb: frontal(two),
    frontal30Db: frontal(2 * two),
    drift: driftAt(end),
    driftBy15: Array.from({ length: end / two }, (_, k) => driftAt((k + 1) * two)),
    largestJump: Math.max(...inside.slice(1).map(({ jump }) => jump ?? 0)),
    sharpness: mean(inside.map(({ sharpness }) => sharpness)),
    ssim: mean(inside.flatMap((view) => view.ssim ?? [])),
  };
}

/** Figures over subjects. */
export interface SweepFigures extends Omit<SubjectFigures, 'largestJump'> {
  /** Share of the subjects with a jump, and the median of their largest steps. */
  readonly jumpShare: number;
  readonly jumpMedian: number;
  /** To true renders at the yaws reached. */
  readonly distances: TrueDistances;
}

/** The slope is the median over subjects, all else the mean. */
export function sweepFigures(subjects: readonly SubjectFigures[], distances: TrueDistances): SweepFigures {
  const over = (key: Exclude<keyof SubjectFigures, 'driftBy15'>): number[] => subjects.map((one) => one[key]);
  return {
    slope: median(over('slope')),
    neighbourDb: mean(over('neighbourDb')),
    frontalDb: mean(over('frontalDb')),
    frontal30Db: mean(over('frontal30Db')),
    drift: mean(over('drift')),
    driftBy15: (subjects[0]?.driftBy15 ?? []).map((_, k) => mean(subjects.map((one) => one.driftBy15[k]!))),
    jumpShare: mean(over('largestJump').map((step) => (step > JUMP ? 1 : 0))),
    jumpMedian: median(over('largestJump')),
    sharpness: mean(over('sharpness')),
    ssim: mean(over('ssim')),
    distances,
  };
}

/**
 * What the unrefined sweep's degrees are multiplied by so that it turns as far.
 * @throws TruthError `prediction` where one of the sweeps does not turn the way that was asked
 */
export function equalTurn(slope: number, unrefinedSlope: number): number {
  const factor = slope / unrefinedSlope;
  if (slope > 0 && unrefinedSlope > 0 && Number.isFinite(factor)) return factor;
  throw new TruthError(
    'prediction',
    `sweeps: expected positive slopes of yaw read on yaw asked, got ${slope.toFixed(3)}, unrefined ${unrefinedSlope.toFixed(3)}`,
  );
}

/** A sweep over the unrefined one at equal turn. */
export interface RefinerGains {
  /** The slope itself, and over that of the unrefined sweep as asked. */
  readonly yawReached: number;
  readonly yawReachedRatio: number;
  readonly warpGainDb: number;
  readonly frontalWarpGainDb: number;
  readonly identityDriftShare: number;
  /** Of this sweep itself, and over the unrefined one's: 0 where neither jumps, infinite where only this one does. */
  readonly jumpShare: number;
  readonly jumpShareRatio: number;
  /** Of distances to true renders of the same yaws, all together; NaN where the unrefined one is nothing but noise. */
  readonly distributionRatio: number;
  /** The same, yaw by yaw; reported only. */
  readonly yawwiseDistributionRatio: number;
  /** With every view as a draw of its own, as refiner.md's figures are; reported only. */
  readonly plainDistributionRatio: number;
  readonly sharpnessRatio: number;
  readonly ssimGain: number;
}

/**
 * @param own           the sweep
 * @param equal         the unrefined sweep at equal turn
 * @param askedSlope    the unrefined sweep's slope as asked
 */
export function refinerGains(own: SweepFigures, equal: SweepFigures, askedSlope: number): RefinerGains {
  return {
    yawReached: own.slope,
    yawReachedRatio: own.slope / askedSlope,
    warpGainDb: own.neighbourDb - equal.neighbourDb,
    frontalWarpGainDb: own.frontalDb - equal.frontalDb,
    identityDriftShare: own.drift / equal.drift,
    jumpShare: own.jumpShare,
    jumpShareRatio: own.jumpShare === 0 ? 0 : own.jumpShare / equal.jumpShare,
    distributionRatio: distanceRatio(own.distances.mixed, equal.distances.mixed),
    yawwiseDistributionRatio: distanceRatio(own.distances.atYaws, equal.distances.atYaws),
    plainDistributionRatio: distanceRatio(own.distances.plain, equal.distances.plain),
    sharpnessRatio: own.sharpness / equal.sharpness,
    ssimGain: own.ssim - equal.ssim,
  };
}

const distanceRatio = (own: number, equal: number): number => (equal > 0 ? own / equal : Number.NaN);

/** Distances do not follow from single subjects. */
const NO_DISTANCES: TrueDistances = { atYaws: 1, mixed: 1, plain: 1 };

/** Figures whose intervals follow from subjects alone. */
const INTERVALS = [
  'yawReached',
  'warpGainDb',
  'frontalWarpGainDb',
  'identityDriftShare',
  'jumpShare',
  'sharpnessRatio',
  'ssimGain',
] as const satisfies readonly (keyof RefinerGains)[];

/**
 * Intervals of 95 % by bootstrap over subjects, the slopes' ratio held.
 * @param own, equal  of the same subjects in the same order
 */
export function gainIntervals(
  own: readonly SubjectFigures[],
  equal: readonly SubjectFigures[],
): Record<(typeof INTERVALS)[number], Interval> {
  const pairs = own.map((one, k) => [one, equal[k]!] as const);
  const gains = (resample: typeof pairs): RefinerGains =>
    refinerGains(
      sweepFigures(
        resample.map(([one]) => one),
        NO_DISTANCES,
      ),
      sweepFigures(
        resample.map(([, other]) => other),
        NO_DISTANCES,
      ),
      1,
    );
  const intervals = INTERVALS.map((key) => [
    key,
    bootstrapInterval(pairs, (resample) => gains([...resample])[key], { resamples: 500 }),
  ]);
  return Object.fromEntries(intervals);
}
