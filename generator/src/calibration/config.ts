import type { OptimiserOptions } from '../graph/index.ts';
import type { RateSchedule } from '../training/index.ts';
import type { BatchOptions } from './batches.ts';
import type { CalibrationLossOptions } from './losses.ts';

/** The stretch grows from `from` to `to` over this share of all steps: wide pairs fix the scale of yaw against depth. */
export interface WindowGrowth {
  readonly from: number;
  readonly to: number;
  readonly over: number;
}

/** A way to learn depth and yaw from sweeps. */
export interface CalibrationConfig {
  readonly name: string;
  readonly batch: Omit<BatchOptions, 'window'>;
  /** Views come from a stretch of the sweep that grows, in the places' unit; null: from anywhere. */
  readonly window: WindowGrowth | null;
  readonly loss: CalibrationLossOptions;
  /** Steps without photometric loss, towards a convex head that turns the right way. */
  readonly warmUpSteps: number;
  readonly optimiser: Partial<OptimiserOptions>;
  readonly rate: Partial<RateSchedule>;
}

/** Focal length in half-widths: it cannot be told from a few degrees of view, so it is fixed (14 dm away, 1.52 dm half wide). */
export const FOCAL: number = 14 / 1.52;

/**
 * For a GAN's sweeps. Features of a turning GAN face stick to the pixel grid, so that neighbouring views and the best
 * of several sources are the most biased pairs: views stand at least 0.75 of a standard deviation apart, all pairs
 * count, and each view is paired with its own mirror image, which drifts nowhere.
 */
export const GAN_CONFIG: CalibrationConfig = {
  name: 'turnaround-gan',
  batch: { subjects: 4, views: 4, apart: 0.75, mirrors: true },
  window: null,
  loss: {
    focal: FOCAL,
    pairs: 1,
    mirrors: 1,
    smoothness: 0.01,
    disagreement: 0.3,
    outside: 0.2,
    reduction: 'mean',
    widest: 1.05,
  },
  warmUpSteps: 60,
  optimiser: { beta2: 0.99, weightDecay: 1e-4, clipNorm: 1 },
  rate: { peak: 5e-4, ramp: 30, constantUntil: 0.6, final: 0.03 },
};

/**
 * For true turntables: any neighbours will do, the best of three sources settles what is hidden, and little
 * smoothness is needed. Places are the views' numbers about the middle one.
 */
export const TURNTABLE_CONFIG: CalibrationConfig = {
  name: 'turnaround',
  batch: { subjects: 4, views: 4, apart: 1, mirrors: false },
  window: { from: 2, to: 12, over: 0.5 },
  loss: {
    focal: FOCAL,
    pairs: 1,
    mirrors: 0,
    smoothness: 0.0005,
    disagreement: 0.1,
    outside: 0.2,
    reduction: { minimumOver: 3 },
    widest: 1.6,
  },
  warmUpSteps: 60,
  optimiser: { beta2: 0.99, weightDecay: 1e-4, clipNorm: 1 },
  rate: { peak: 5e-4, ramp: 30, constantUntil: 0.6, final: 0.03 },
};
