import { type CalibrationConfig, TURNTABLE_CONFIG, type WindowGrowth } from '../config.ts';
import { DEPTH_NET_DEFAULTS, type DepthNetOptions } from '../depth-net.ts';

/** A way to learn depth and yaw from the pictures of one subject. */
export interface TurntableConfig extends Omit<CalibrationConfig, 'window'> {
  /** As `CalibrationConfig`'s, but `to` is a share of the whole turn. */
  readonly window: WindowGrowth;
  readonly net: DepthNetOptions;
}

/**
 * `TURNTABLE_CONFIG` for a single subject: the batch's four subjects are four stretches of the same turn. The window
 * grows to half the turn, as it does over the 25 views of a turntable to learn from.
 */
export const ONE_SUBJECT_CONFIG: TurntableConfig = {
  ...TURNTABLE_CONFIG,
  name: 'turntable',
  window: { from: 3, to: 0.5, over: 0.5 },
  net: DEPTH_NET_DEFAULTS,
};
