/** @turnaround/generator as a library: read a checkpoint, build its networks, make characters. */
export { CheckpointError, describeCheckpoint, readCheckpoint } from './checkpoint/index.ts';
export type { EvaluationReport } from './evaluation/report/index.ts';
export * from './gan/index.ts';
export * from './gan/latents/index.ts';
export { type Runtime, type Session, serialize, type TensorValue } from './graph/index.ts';
export * from './impostor/index.ts';
export {
  BUILD_DEFAULTS,
  type BuildOptions,
  type BuildResult,
  type BuiltCharacter,
  buildCharacter,
} from './pipeline/build/index.ts';
export {
  EVALUATE_DEFAULTS,
  type EvaluateOptions,
  evaluateModels,
} from './pipeline/evaluate/evaluate.ts';
export type { EvaluatePlatform, FeatureNet, StandIns, YawReader } from './pipeline/evaluate/readers.ts';
export {
  EXPORT_DEFAULTS,
  type ExportOptions,
  type ExportResult,
  exportSubject,
} from './pipeline/export/index.ts';
export {
  GENERATE_DEFAULTS,
  type GenerateOptions,
  type GenerateResult,
  generateCharacters,
} from './pipeline/generate.ts';
export {
  IMPORT_DEFAULTS,
  type ImportedModel,
  type ImportOptions,
  importModel,
} from './pipeline/import-model.ts';
export type { ModelManifest } from './pipeline/model-manifest.ts';
export { PipelineError, type Platform, type ProgressEvent } from './pipeline/platform.ts';
export { chooseDevice, DeviceError, openRuntime } from './platform/devices.ts';
export { examineMachine, type MachineReport } from './platform/examine.ts';
export { createFiles } from './platform/files.ts';
export { createImageCodec } from './platform/image-codec.ts';
export type { Device } from './platform/onnx-runtime.ts';
export { type Placement, PlacementError, placementOf } from './platform/placement.ts';
export { openStandIns } from './platform/stand-ins/index.ts';
export { VERSION } from './version.ts';
