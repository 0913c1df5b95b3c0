export {
  EXPORT_DEFAULTS,
  type ExportOptions,
  type ExportResult,
  exportSubject,
  type FileSource,
} from './export-subject.ts';
export { exportLive, type LiveOptions, type LiveResult } from './live.ts';
export { type ModelSource, modelViews } from './model-views.ts';
export type { ReconstructionViews } from './views.ts';
export type { EncodeFilm } from './write-turntable.ts';
