import { radians } from '@turnaround/plugin/asset';
import { PAPER_SWEEP, type SweepDraw } from '../calibration/config.ts';
import type { LayerRange } from '../gan/latents/index.ts';
import type { OptimiserOptions } from '../graph/index.ts';
import type { RateSchedule } from '../training/index.ts';
import type { AgreementLossOptions } from './losses.ts';
import type { PaperLossOptions } from './paper-loss.ts';
import { type RefinerOptions, refinerDefaults } from './refiner-net.ts';
import { DDIM_DEFAULTS, type SamplerOptions } from './sampler.ts';

/** How the yaws of a subject's views are drawn, radians. */
export interface YawDraw {
  /** Views are drawn between minus this and this, in true radians: more than will be asked for, since a correction fails
   *  beyond the yaws that it was learned on. */
  readonly reach: number;
  /** The second view stands this far from the first, to either side. */
  readonly apart: readonly [number, number];
}

/**
 * How much is taken off again, after training, of the correction that subjects have in common at a yaw: nothing up to the
 * first yaw of `between`, `share` from the second on, smoothly between them. What subjects have in common leads all of them
 * to the hair that agrees best, and the farther they turn the farther it does.
 */
export interface Tempering {
  /** 0..1 */
  readonly share: number;
  /** True radians. */
  readonly between: readonly [number, number];
}

/** What every way to learn the refiner has. */
interface CommonConfig {
  readonly name: string;
  readonly net: RefinerOptions;
  readonly sampler: SamplerOptions;
  /** W+ layers that may change; null: all. */
  readonly layers: LayerRange | null;
  readonly batch: { readonly subjects: number; readonly views: number };
  readonly optimiser: Partial<OptimiserOptions>;
  readonly rate: Partial<RateSchedule>;
}

/** Views at yaws about a pivot agree with their source and with each other. */
export interface AgreementRefinerConfig extends CommonConfig {
  /** Farthest yaw of a source, true radians; 0: the frontal view. */
  readonly sourceReach: number;
  readonly yaws: YawDraw;
  readonly loss: AgreementLossOptions;
  readonly tempered: Tempering;
}

/** Pairs (w, ŵ) at even x and the motions that a pose net sees between them (paper, §3.2–3.5). */
export interface PaperRefinerConfig extends CommonConfig {
  readonly sampler: Extract<SamplerOptions, { kind: 'ddim' }>;
  readonly pairs: SweepDraw;
  readonly loss: PaperLossOptions;
}

/** How a subject's views are optimised together (`--polish`). */
export interface PolishConfig {
  /** Adam's rate, in whitened units a step. */
  readonly rate: number;
  /** Radians between changes that views about them share, besides one that all share. */
  readonly spacing: number;
  /** Layers that it may change; null: those that the refiner changes. */
  readonly layers: LayerRange | null;
  readonly loss: AgreementLossOptions;
}

/** A way to learn the refiner. */
export type RefinerConfig = AgreementRefinerConfig | PaperRefinerConfig;

/**
 * Layers that drive 4² to 16² and the first convolution at 32²: they carry who it is; finer ones buy agreement with blur. With
 * layers 0–4 portraits-128 gains half as much at ±15° (.40 dB against .77).
 */
export const COARSE_LAYERS: LayerRange = { from: 0, to: 6 };

/** Those of 4², 8² and the first convolution at 16² alone. */
const COARSEST_LAYERS: LayerRange = { from: 0, to: 4 };

const NET = refinerDefaults('transformer');

const RATE: Partial<RateSchedule> = { peak: 3e-3, ramp: 50, constantUntil: 0.5, final: 0.03 };

const OPTIMISER: Partial<OptimiserOptions> = { beta2: 0.99, weightDecay: 1e-3, clipNorm: 1 };

const ONE_STEP: SamplerOptions = { kind: 'one-step' };

/**
 * Ours: refiner.md's recipe, with a source as the GAN drew it, which weighs more than the neighbours: what those agree on
 * best is nobody's hair.
 */
export const REFINER_CONFIG: AgreementRefinerConfig = {
  name: 'turnaround',
  net: NET,
  sampler: ONE_STEP,
  layers: COARSE_LAYERS,
  batch: { subjects: 8, views: 3 },
  sourceReach: radians(25),
  yaws: { reach: radians(48), apart: [radians(5), radians(25)] },
  loss: {
    kind: 'agreement',
    front: 2,
    back: 2,
    neighbours: 0.2,
    latent: 0.3,
    pose: 2,
  },
  tempered: { share: 0.5, between: [radians(10), radians(35)] },
  optimiser: OPTIMISER,
  rate: RATE,
};

/**
 * For a GAN whose subjects lose themselves as they turn: refiner.md's recipe as it stands, with a frontal source, the coarsest
 * layers alone, neighbours that count half as much as the source, and nothing taken off again. On drifting-64 it gains more
 * agreement than `turnaround` for less distance to true people; layers 0–4 alone gain portraits-128 half as much at ±15°.
 */
export const DRIFTING_CONFIG: AgreementRefinerConfig = {
  ...REFINER_CONFIG,
  name: 'drifting',
  layers: COARSEST_LAYERS,
  sourceReach: 0,
  loss: { kind: 'agreement', front: 1, back: 1, neighbours: 0.5, latent: 0.3, pose: 0.5 },
  tempered: { ...REFINER_CONFIG.tempered, share: 0 },
  rate: { ...RATE, peak: 1.3e-3 },
};

/**
 * For views that are polished afterwards, by `LONG_POLISH_CONFIG`: what subjects have in common is taken off again. A polish
 * brings back what is the subject's own, but not what all were led to: on drifting-64 with 15 steps of `POLISH_CONFIG` the
 * distance to true people is 1.26 of the unrefined sweep's with half of it taken off, .97 with three quarters, .82 with all.
 * Unpolished views are hardly mended.
 */
export const POLISHED_CONFIG: AgreementRefinerConfig = {
  ...REFINER_CONFIG,
  name: 'polished',
  tempered: { ...REFINER_CONFIG.tempered, share: 1 },
};

/** Five steps bring a subject's hair back only if all its views go the same way, and far enough. */
export const POLISH_CONFIG: PolishConfig = {
  rate: 0.03,
  spacing: radians(45),
  layers: null,
  loss: REFINER_CONFIG.loss,
};

/**
 * For 35 steps on top of `polished`: the layers that carry who it is, changes that fewer views share, and neighbours that
 * weigh as much as the source, whose flaws all views take on otherwise. drifting-64, 128 subjects: the distance to true
 * people 1.04 → .83 by layers and weights; 64 of them: drift .68 → .60 by the shares, jumps .03 → 0 by the neighbours.
 */
export const LONG_POLISH_CONFIG: PolishConfig = {
  ...POLISH_CONFIG,
  spacing: radians(22.5),
  layers: COARSEST_LAYERS,
  loss: { ...REFINER_CONFIG.loss, front: 1, back: 1, neighbours: 1 },
};

/**
 * The paper's (§3.2–3.5): a body and no curve that all subjects share, told T as the pose net sees it; guided diffusion
 * (Dhariwal & Nichol 2021) in x₀ form on their linear schedule, sampled by their 25 steps of DDIM from a time where ŵ still
 * shows (“with some added noise”); all layers; eq. 4–8 with every λ 1. It names no body for latents, batch, rate or count
 * of steps: those are `turnaround`'s, so that the two differ in what it says.
 */
export const PAPER_CONFIG: PaperRefinerConfig = {
  name: 'paper',
  net: { ...NET, curve: false, schedule: 'linear', condition: 'motion' },
  sampler: { ...DDIM_DEFAULTS, steps: 25, start: 0.5, schedule: 'linear' },
  layers: null,
  batch: { subjects: 8, views: 3 },
  pairs: PAPER_SWEEP,
  loss: { kind: 'paper', warp: 1, latent: 1, feature: 1, reduction: 'norm' },
  optimiser: OPTIMISER,
  rate: RATE,
};

/** The same with means over elements for its squared norms, so that no term weighs more for having more numbers. */
export const PAPER_MEAN_CONFIG: PaperRefinerConfig = {
  ...PAPER_CONFIG,
  name: 'paper-mean',
  loss: { ...PAPER_CONFIG.loss, reduction: 'mean' },
};
