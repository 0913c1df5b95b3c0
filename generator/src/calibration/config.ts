import type { OptimiserOptions } from '../graph/index.ts';
import type { RateSchedule } from '../training/index.ts';
import type { BatchOptions } from './batches.ts';
import type { CalibrationLossOptions } from './losses.ts';

/** A way to learn depth and yaw from sweeps. */
export interface CalibrationConfig {
  readonly name: string;
  readonly batch: BatchOptions;
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
  batch: { subjects: 4, views: 4, apart: 0.75, window: null, mirrors: true },
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
