import { type CalibrationConfig, GAN_CONFIG, MONODEPTH2_CONFIG, TURNTABLE_CONFIG } from './config.ts';

/** The ways to learn depth and yaw that a person can choose from; the first is the one for a GAN's sweeps. */
export const CALIBRATION_CONFIGS: readonly CalibrationConfig[] = [
  GAN_CONFIG,
  TURNTABLE_CONFIG,
  MONODEPTH2_CONFIG,
];
