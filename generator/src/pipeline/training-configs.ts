import {
  type CalibrationConfig,
  GAN_CONFIG,
  MONODEPTH2_CONFIG,
  TURNTABLE_CONFIG,
} from '../calibration/config.ts';
import { REFINER_CONFIG, type RefinerConfig } from '../refiner/index.ts';

/** All that a person chooses with `--config`. */
export interface TrainingConfig {
  readonly name: string;
  readonly calibration: CalibrationConfig;
  readonly refiner: RefinerConfig;
}

/** The first is the default: a GAN's sweeps decide which calibration. */
export const TRAINING_CONFIGS: readonly TrainingConfig[] = [
  { name: 'turnaround', calibration: GAN_CONFIG, refiner: REFINER_CONFIG },
  { name: 'turntable', calibration: TURNTABLE_CONFIG, refiner: REFINER_CONFIG },
  { name: 'monodepth2', calibration: MONODEPTH2_CONFIG, refiner: REFINER_CONFIG },
];
