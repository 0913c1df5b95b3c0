import { type DepthPoseOptions, trainDepthPose } from './calibrate/depth-pose-stage.ts';
import type { ModelManifest } from './model-manifest.ts';
import type { Platform } from './platform.ts';

/** What any stage may be told. */
export type TrainingOptions = DepthPoseOptions;

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
  run(platform: Platform, options: TrainingOptions): Promise<TrainingStageResult>;
}

/** In the order in which each builds on those before it. */
export const TRAINING_STAGES: readonly TrainingStage[] = [
  { name: 'depth-pose', teaches: 'depth of each pixel and true degrees', run: trainDepthPose },
];
