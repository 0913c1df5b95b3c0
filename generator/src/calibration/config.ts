import type { OptimiserOptions } from '../graph/index.ts';
import type { RateSchedule } from '../training/index.ts';
import type { BatchOptions } from './batches.ts';
import type { CalibrationLossOptions } from './losses.ts';
import { MONODEPTH2_LOSS_DEFAULTS, type Monodepth2LossOptions } from './monodepth2/index.ts';

/** The stretch grows from `from` to `to` over this share of all steps: wide pairs fix the scale of yaw against depth. */
export interface WindowGrowth {
  readonly from: number;
  readonly to: number;
  readonly over: number;
}

/** Views of each subject, evenly spaced in x. */
export interface SweepDraw {
  /** x goes from minus this to this about the subject's frontal one, standard deviations of W along the direction. */
  readonly reach: number;
  readonly views: number;
}

/** What every way to learn depth and pose from sweeps has. */
interface CommonConfig {
  readonly name: string;
  /** How a model's own sweeps are drawn; left out: as far as its direction turns. */
  readonly sweep?: SweepDraw;
  readonly batch: Pick<BatchOptions, 'subjects' | 'views'>;
  /** Views come from a stretch of the sweep that grows, in the places' unit; null: from anywhere. */
  readonly window: WindowGrowth | null;
  readonly optimiser: Partial<OptimiserOptions>;
  readonly rate: Partial<RateSchedule>;
}

/** Depth and yaw about a pivot: `depthNet`, `yawNet` and `calibrationLoss`. */
export interface OrbitConfig extends CommonConfig {
  readonly nets: 'orbit';
  readonly batch: Omit<BatchOptions, 'window'>;
  readonly loss: CalibrationLossOptions;
  /** Steps without photometric loss, towards a convex head that turns the right way. */
  readonly warmUpSteps: number;
  /** Share of the steps on pictures of half the size, where they are larger than 64²: `phases.ts`. */
  readonly coarse: number;
  /** What differs in the rates of the steps at the full size. */
  readonly fineRate: Partial<RateSchedule>;
}

/** Disparity and free motion: the nets and the loss of `monodepth2/`. */
export interface Monodepth2Config extends CommonConfig {
  readonly nets: 'monodepth2';
  /** A view and its neighbours come from anywhere. */
  readonly window: null;
  readonly loss: Monodepth2LossOptions;
  /** Whether the depth net sees the next picture of the sweep beside its own, as the paper says (§3.3). */
  readonly nextImage: boolean;
}

/** A way to learn depth and pose from sweeps: it names its nets and its loss. */
export type CalibrationConfig = OrbitConfig | Monodepth2Config;

/** `free`: motions between pictures are any rigid ones, and depth has a unit of its own. */
export const motionsOf = ({ nets }: Pick<CalibrationConfig, 'nets'>): 'orbit' | 'free' =>
  nets === 'orbit' ? 'orbit' : 'free';

/** Whether the depth net takes the next picture of the sweep beside its own. */
export const seesNext = (config: CalibrationConfig): boolean =>
  config.nets === 'monodepth2' && config.nextImage;

/** Focal length in half-widths: it cannot be told from a few degrees of view, so it is fixed (14 dm away, 1.52 dm half wide). */
export const FOCAL: number = 14 / 1.52;

/**
 * For a GAN's sweeps. Features of a turning GAN face stick to the pixel grid, so that neighbouring views and the best
 * of several sources are the most biased pairs: views stand at least 0.75 of a standard deviation apart, all pairs
 * count, and each view is paired with its own mirror image, which drifts nowhere.
 */
export const GAN_CONFIG: OrbitConfig = {
  name: 'turnaround-gan',
  nets: 'orbit',
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
  coarse: 0.85,
  fineRate: { peak: 4e-4, constantUntil: 0.4 },
  optimiser: { beta2: 0.99, weightDecay: 1e-4, clipNorm: 1 },
  rate: { peak: 5e-4, ramp: 30, constantUntil: 0.6, final: 0.03 },
};

/**
 * For true turntables: any neighbours will do, the best of three sources settles what is hidden, and little
 * smoothness is needed. Places are the views' numbers about the middle one.
 */
export const TURNTABLE_CONFIG: OrbitConfig = {
  name: 'turnaround',
  nets: 'orbit',
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
  coarse: 0.85,
  fineRate: { peak: 4e-4, constantUntil: 0.4 },
  optimiser: { beta2: 0.99, weightDecay: 1e-4, clipNorm: 1 },
  rate: { peak: 5e-4, ramp: 30, constantUntil: 0.6, final: 0.03 },
};

/**
 * The paper's (§3.3): Monodepth2 (Godard et al. 2019) as published, from scratch. Each item is a view and its two
 * neighbours; half of the items are mirrored. Not taken over: jitter of the colours, since renders have none.
 */
export const MONODEPTH2_CONFIG: Monodepth2Config = {
  name: 'monodepth2',
  nets: 'monodepth2',
  batch: { subjects: 12, views: 3 },
  window: null,
  nextImage: false,
  loss: { ...MONODEPTH2_LOSS_DEFAULTS, focal: FOCAL },
  optimiser: {},
  rate: { peak: 1e-4, ramp: 1, constantUntil: 0.75, final: 0.1 },
};

/** The paper's sweeps (§4.1): 30 views of a subject over −3..3. Even numbers of views stand to both sides of w itself. */
export const PAPER_SWEEP: SweepDraw = { reach: 3, views: 30 };

/** The paper's on a GAN's sweeps, with the next picture beside each, as it says (§3.3). */
export const PAPER_CALIBRATION: Monodepth2Config = {
  ...MONODEPTH2_CONFIG,
  name: 'monodepth2-next',
  sweep: PAPER_SWEEP,
  nextImage: true,
};
