export { readCheckpoint, type TrainingCheckpoint, writeCheckpoint } from './checkpoint.ts';
export { TrainingError, type TrainingErrorCode } from './errors.ts';
export type { TrainingProgress } from './progress.ts';
export { readTensors, type TensorFile, writeTensors } from './safetensors.ts';
export { RATE_DEFAULTS, type RateSchedule, rateSchedule } from './schedule.ts';
export {
  type CheckpointFiles,
  TRAINER_DEFAULTS,
  type TrainerContext,
  type TrainerOptions,
  type TrainingJob,
  type TrainingResult,
  train,
} from './trainer.ts';
