import {
  type CalibrationConfig,
  GAN_CONFIG,
  MONODEPTH2_CONFIG,
  PAPER_CALIBRATION,
  TURNTABLE_CONFIG,
} from '../calibration/config.ts';
import {
  DRIFTING_CONFIG,
  LONG_POLISH_CONFIG,
  PAPER_CONFIG,
  PAPER_MEAN_CONFIG,
  POLISH_CONFIG,
  POLISHED_CONFIG,
  type PolishConfig,
  REFINER_CONFIG,
  type RefinerConfig,
} from '../refiner/index.ts';

/** All that a person chooses with `--config`. */
export interface TrainingConfig {
  readonly name: string;
  readonly calibration: CalibrationConfig;
  readonly refiner: RefinerConfig;
  /** Whether a second round learns from mended sweeps; nets with free motions cannot say where on them a view stands. */
  readonly rounds: 1 | 2;
  /** Steps of polish that its views are meant to get, and how. */
  readonly polish?: { readonly steps: number; readonly config: PolishConfig };
  /** Subjects of each stage where nobody says; left out: the stage's own default. */
  readonly subjects?: Readonly<Record<string, number>>;
}

/** The paper's (§4.1): 200 subjects for depth and pose, 800 for the refiner. */
const PAPER = {
  calibration: PAPER_CALIBRATION,
  rounds: 1,
  subjects: { 'depth-pose': 200, refiner: 800 },
} as const;

/** The first is the default: a GAN's sweeps decide which calibration. */
export const TRAINING_CONFIGS: readonly TrainingConfig[] = [
  { name: 'turnaround', calibration: GAN_CONFIG, refiner: REFINER_CONFIG, rounds: 2 },
  { name: DRIFTING_CONFIG.name, calibration: GAN_CONFIG, refiner: DRIFTING_CONFIG, rounds: 2 },
  {
    name: POLISHED_CONFIG.name,
    calibration: GAN_CONFIG,
    refiner: POLISHED_CONFIG,
    rounds: 2,
    polish: { steps: 35, config: LONG_POLISH_CONFIG },
  },
  { name: 'turntable', calibration: TURNTABLE_CONFIG, refiner: REFINER_CONFIG, rounds: 2 },
  { name: 'monodepth2', calibration: MONODEPTH2_CONFIG, refiner: REFINER_CONFIG, rounds: 1 },
  { ...PAPER, name: PAPER_CONFIG.name, refiner: PAPER_CONFIG },
  { ...PAPER, name: PAPER_MEAN_CONFIG.name, refiner: PAPER_MEAN_CONFIG },
];

/** The configuration that a refiner was learned by. @param refiner the name that model.json has for its own */
export const configOfRefiner = (refiner: string | null): TrainingConfig | undefined =>
  TRAINING_CONFIGS.find((config) => config.refiner.name === refiner);

/** How views are polished that a refiner has mended. @param refiner the name of its configuration; null: no refiner */
export const polishConfigOf = (refiner: string | null): PolishConfig =>
  configOfRefiner(refiner)?.polish?.config ?? POLISH_CONFIG;
