import { radians } from '@turnaround/plugin/asset';
import type { LayerRange } from '../gan/latents/index.ts';
import type { OptimiserOptions } from '../graph/index.ts';
import type { RateSchedule } from '../training/index.ts';
import type { RefinerLossOptions } from './losses.ts';
import { type RefinerOptions, refinerDefaults } from './refiner-net.ts';
import type { SamplerOptions } from './sampler.ts';

export type { RefinerLossOptions } from './losses.ts';

/** How the yaws of a subject's views are drawn, radians. */
export interface YawDraw {
  /** Views are drawn between minus this and this, in true radians: more than will be asked for, since a correction fails
   *  beyond the yaws that it was learned on. */
  readonly reach: number;
  /** The second view stands this far from the first, to either side. */
  readonly apart: readonly [number, number];
}

/** A way to learn the refiner. */
export interface RefinerConfig {
  readonly name: string;
  readonly net: RefinerOptions;
  readonly sampler: SamplerOptions;
  /** W+ layers that may change; null: all. */
  readonly layers: LayerRange | null;
  readonly batch: { readonly subjects: number; readonly views: number };
  readonly yaws: YawDraw;
  readonly loss: RefinerLossOptions;
  readonly optimiser: Partial<OptimiserOptions>;
  readonly rate: Partial<RateSchedule>;
}

/** Layers that drive 4², 8² and the first convolution at 16²: they carry who it is; finer ones buy agreement with blur. */
export const COARSE_LAYERS: LayerRange = { from: 0, to: 4 };

const NET = refinerDefaults('transformer');

const RATE: Partial<RateSchedule> = { peak: 1.3e-3, ramp: 50, constantUntil: 0.5, final: 0.03 };

const OPTIMISER: Partial<OptimiserOptions> = { beta2: 0.99, weightDecay: 1e-3, clipNorm: 1 };

const ONE_STEP: SamplerOptions = { kind: 'one-step' };

/** Ours: refiner.md's recipe. */
export const REFINER_CONFIG: RefinerConfig = {
  name: 'turnaround',
  net: NET,
  sampler: ONE_STEP,
  layers: COARSE_LAYERS,
  batch: { subjects: 8, views: 3 },
  yaws: { reach: radians(48), apart: [radians(5), radians(25)] },
  loss: { kind: 'agreement', front: 1, back: 1, neighbours: 0.5, latent: 0.3, pose: 0.5 },
  optimiser: OPTIMISER,
  rate: RATE,
};
