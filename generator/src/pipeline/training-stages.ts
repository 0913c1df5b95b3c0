import { DEPTH_POSE_DEFAULTS, trainDepthPose } from './calibrate/depth-pose-stage.ts';
import type { ModelManifest } from './model-manifest.ts';
import type { Platform } from './platform.ts';
import { REFINER_DEFAULTS, trainRefiner } from './refine/refiner-stage.ts';
import type { TrainingConfig } from './training-configs.ts';

/** What any stage may be told. */
export interface TrainingOptions {
  /** Model folder. */
  readonly model: string;
  readonly config: TrainingConfig;
  /** null: as many as the stage takes by default. */
  readonly steps: number | null;
  readonly subjects: number | null;
  readonly seed: number;
  /** Pixels of a side to learn depth and pose at; null: 128, or the model's where that is less. */
  readonly workResolution: number | null;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  /** Folder for preview pictures; null: `preview` in the model folder. */
  readonly previews: string | null;
  /** Begins anew instead of going on or keeping what is there. */
  readonly restart: boolean;
}

/** What a stage left. */
export interface TrainingStageResult {
  readonly manifest: ModelManifest;
  /** False: it had been done by the same options already. */
  readonly trained: boolean;
}

/** Something that a model learns after its import. */
export interface TrainingStage {
  /** `--stage NAME` */
  readonly name: string;
  /** For people: what the model can do afterwards. */
  readonly teaches: string;
  readonly defaults: { readonly steps: number; readonly subjects: number };
  run(platform: Platform, options: TrainingOptions): Promise<TrainingStageResult>;
}

/** In the order in which each builds on those before it. */
export const TRAINING_STAGES: readonly TrainingStage[] = [
  {
    name: 'depth-pose',
    teaches: 'depth of each pixel and true degrees',
    defaults: DEPTH_POSE_DEFAULTS,
    run: (platform, options) =>
      trainDepthPose(platform, {
        ...options,
        config: options.config.calibration,
        steps: options.steps ?? DEPTH_POSE_DEFAULTS.steps,
        subjects: options.subjects ?? DEPTH_POSE_DEFAULTS.subjects,
      }),
  },
  {
    name: 'refiner',
    teaches: 'views that agree with each other',
    defaults: REFINER_DEFAULTS,
    run: (platform, options) =>
      trainRefiner(platform, {
        ...options,
        config: options.config.refiner,
        steps: options.steps ?? REFINER_DEFAULTS.steps,
        subjects: options.subjects ?? REFINER_DEFAULTS.subjects,
      }),
  },
];
