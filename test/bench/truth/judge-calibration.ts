/**
 * The truth test of depth and yaw. Reading of its table:
 * - *views*: 25 of a sweep's 49 by a seeded generator, crowded in places (`choose-views.ts`); the system gets their
 *   pictures in order, without angles.
 * - *yaw against its sweep's middle*: less the yaw of the 13th of the 25; the scale is one least-squares fit over all
 *   views of all subjects; median of the absolute errors of the 24 others.
 * - *depth inside the mask*: where true coverage is above a half, at the resolution of the pictures shown.
 * - *true range of that head*: farthest less nearest true depth inside that view's mask.
 * - *warp to the true view 15° away*: each chosen view is the source; the target is the true view 15° from it on either
 *   side, out of all 49 where it exists. The inverse warp takes the system's depth of the target's picture and its yaws
 *   of both, as they are, with no scale taken from the truth. PSNR over colours −1..1 in the target's true mask; the
 *   figure is the mean over pairs, less the mean of the source left as it is.
 */
import { degrees } from '@turnaround/plugin/asset';
import { mean, median } from '../../../generator/src/evaluation/index.ts';
import { compareDepth, type DepthView, depthFigures } from './depth-figures.ts';
import { type PlanOptions, planSweep, type SweepPlan } from './plan.ts';
import type { Sweep, SweepSource } from './sweeps.ts';
import { type Answer, type CalibrationSystem, fromImages, type Predict, type SweepAnswer } from './system.ts';
import { type WarpedPair, warpPairs } from './warp-figures.ts';
import { type YawSeries, yawFigures } from './yaw-figures.ts';

/** The five figures of the table. */
export interface TruthFigures {
  readonly yawMedianDeg: number;
  readonly yawSpearmanWorst: number;
  readonly depthPearson: number;
  readonly depthRms: number;
  readonly warpGainDb: number;
}

/** Figures of one part: a subject, or a range of yaw. */
export interface PartFigures {
  readonly yawMedianDeg: number;
  readonly depthPearson: number;
  readonly depthRms: number;
  readonly warpGainDb: number;
}

export interface TruthReport extends TruthFigures {
  /** Yaw error about each sweep's mean instead of its middle view. */
  readonly yawAboutMeanDeg: number;
  /** Truth ÷ own; negative for a mirrored system. */
  readonly yawScale: number;
  /** Truth ≈ scale·own + offset. */
  readonly depthScale: number;
  readonly depthOffset: number;
  readonly warpPsnrDb: number;
  readonly unwarpedPsnrDb: number;
  readonly pairs: number;
  readonly subjects: readonly (PartFigures & { readonly subject: number; readonly yawSpearman: number })[];
  /** By the true |yaw| of the view, of the target for warps: 0–15°, 15–30°, 30–45°, 45–60°. */
  readonly byYaw: readonly (PartFigures & { readonly fromDeg: number; readonly toDeg: number })[];
}

/** What was measured on one sweep, before figures are taken over all. */
interface Measured {
  readonly subject: number;
  readonly yaw: YawSeries;
  readonly depth: readonly DepthView[];
  readonly warps: readonly (WarpedPair & { readonly targetYaw: number })[];
}

const BAND_DEG = 15;
const BANDS = [0, 1, 2, 3] as const;
const bandOf = (yaw: number) =>
  Math.min(BANDS.length - 1, Math.floor(degrees(Math.abs(yaw)) / BAND_DEG + 1e-6));

/**
 * Judges a calibration system, or anything that answers for the views, on sweeps with known truth.
 *
 * @param system   what says depth and yaw of pictures; a function of pictures, or one with poses of pairs
 * @param sweeps   at the resolution that the system works at
 * @throws TruthError where predictions do not fit the pictures or are not finite
 */
export async function judgeCalibration(
  system: Predict | CalibrationSystem,
  sweeps: SweepSource,
  options: Partial<PlanOptions> = {},
): Promise<TruthReport> {
  return judgeAnswers(
    fromImages(typeof system === 'function' ? { predict: system } : system),
    sweeps,
    options,
  );
}

/** The same for an answer that may know the truth: the ceiling. */
export async function judgeAnswers(
  answer: Answer,
  sweeps: SweepSource,
  options: Partial<PlanOptions> = {},
): Promise<TruthReport> {
  return (await judgeTogether([answer], sweeps, options))[0]!;
}

/** Judges several on the same views; each sweep is read once. Reports in the order of the answers. */
export async function judgeTogether(
  answers: readonly Answer[],
  sweeps: SweepSource,
  options: Partial<PlanOptions> = {},
): Promise<TruthReport[]> {
  const measured: Measured[][] = answers.map(() => []);
  for (const subject of sweeps.subjects) {
    const sweep = await sweeps.load(subject);
    const plan = planSweep(sweep, options);
    for (const [k, answer] of answers.entries())
      measured[k]!.push(measure(sweep, plan, await answer(sweep, plan)));
  }
  return measured.map(report);
}

function measure(sweep: Sweep, plan: SweepPlan, answer: SweepAnswer): Measured {
  const own = plan.chosen.map((view) => answer.byView.get(view)!);
  const truth = plan.chosen.map((view) => sweep.views[view]!);
  return {
    subject: sweep.subject,
    yaw: { own: own.map(({ yaw }) => yaw), truth: truth.map(({ yaw }) => yaw) },
    depth: own.map(({ depth }, k) => compareDepth(depth, truth[k]!)),
    warps: warpPairs(sweep, plan, answer).map((pair) => ({
      ...pair,
      targetYaw: sweep.views[pair.target]!.yaw,
    })),
  };
}

const gain = (pairs: readonly WarpedPair[]) => mean(pairs.map(({ warped, unwarped }) => warped - unwarped));

function report(measured: readonly Measured[]): TruthReport {
  const yaw = yawFigures(measured.map((one) => one.yaw));
  const depth = depthFigures(measured.flatMap((one) => one.depth));
  const warps = measured.flatMap((one) => one.warps);
  const views = measured
    .flatMap(({ subject, yaw: { truth } }, s) =>
      truth.map((angle, k) => ({ subject, band: bandOf(angle), yawError: yaw.errors[s]![k]! })),
    )
    .map((view, k) => ({ ...view, ...depth.perView[k]! }));
  const part = (own: typeof views, pairs: readonly WarpedPair[]): PartFigures => ({
    yawMedianDeg: median(own.map(({ yawError }) => yawError)),
    depthPearson: median(own.map(({ pearson }) => pearson)),
    depthRms: median(own.map(({ rms }) => rms)),
    warpGainDb: gain(pairs),
  });
  return {
    yawMedianDeg: yaw.medianDeg,
    yawSpearmanWorst: Math.min(...yaw.spearman),
    depthPearson: depth.pearson,
    depthRms: depth.rms,
    warpGainDb: gain(warps),
    yawAboutMeanDeg: yaw.aboutMeanDeg,
    yawScale: yaw.scale,
    depthScale: depth.scale,
    depthOffset: depth.offset,
    warpPsnrDb: mean(warps.map(({ warped }) => warped)),
    unwarpedPsnrDb: mean(warps.map(({ unwarped }) => unwarped)),
    pairs: warps.length,
    subjects: measured.map(({ subject, warps: own }, s) => ({
      subject,
      yawSpearman: yaw.spearman[s]!,
      ...part(
        views.filter((view) => view.subject === subject),
        own,
      ),
    })),
    byYaw: BANDS.map((band) => ({
      fromDeg: band * BAND_DEG,
      toDeg: (band + 1) * BAND_DEG,
      ...part(
        views.filter((view) => view.band === band),
        warps.filter(({ targetYaw }) => bandOf(targetYaw) === band),
      ),
    })),
  };
}
