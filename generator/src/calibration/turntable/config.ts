import { type OrbitConfig, TURNTABLE_CONFIG, type WindowGrowth } from '../config.ts';
import { DEPTH_NET_DEFAULTS, type DepthNetOptions } from '../depth-net.ts';

/** A way to learn depth and yaw from the pictures of one subject. */
export interface TurntableConfig extends Omit<OrbitConfig, 'window'> {
  /** As `OrbitConfig`'s, but `to` is a share of the whole turn. */
  readonly window: WindowGrowth;
  readonly net: DepthNetOptions;
}

/**
 * `TURNTABLE_CONFIG` for a single subject: the batch's subjects are stretches of the same turn, and the window grows to
 * half the turn, as it does over the 25 views of a turntable to learn from. A depth net of less than half the width and
 * half the batch are enough for one subject: depth r .967 after 200 steps on one, .977 after 300 on another.
 */
export const ONE_SUBJECT_CONFIG: TurntableConfig = {
  ...TURNTABLE_CONFIG,
  name: 'turntable',
  batch: { ...TURNTABLE_CONFIG.batch, subjects: 2 },
  window: { from: 3, to: 0.5, over: 0.5 },
  warmUpSteps: 30,
  rate: { ...TURNTABLE_CONFIG.rate, peak: 1e-3 },
  net: { ...DEPTH_NET_DEFAULTS, channels: [16, 32, 64, 96], finest: 8 },
};

/**
 * From the depth net of a calibrated model, which knows heads: its full width, no warm-up, half the rate. A step takes
 * half as long again. Medians of four people: r .978 after 100 steps, where random weights take 300 to .975.
 */
export const FROM_MODEL_CONFIG: TurntableConfig = {
  ...ONE_SUBJECT_CONFIG,
  name: 'turntable-from-model',
  warmUpSteps: 0,
  rate: { ...ONE_SUBJECT_CONFIG.rate, peak: 5e-4 },
  net: DEPTH_NET_DEFAULTS,
};
