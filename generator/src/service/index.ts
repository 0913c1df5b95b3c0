export { findPanel } from './http/panel.ts';
export type { JobHooks, JobOutcome, JobRunner, JobTask } from './jobs/job-runner.ts';
export { createThreadRunner } from './jobs/thread-runner.ts';
export type { PreviewMaker, PreviewTask } from './previews/preview-maker.ts';
export { createThreadPreviews } from './previews/thread-previews.ts';
export { type RunningService, type ServiceWorkers, startService } from './serve.ts';
export { SERVICE_DEFAULTS, type ServiceSettings, SettingsError } from './settings.ts';
