export type { JobHooks, JobOutcome, JobRunner, JobTask } from './jobs/job-runner.ts';
export { createThreadRunner } from './jobs/thread-runner.ts';
export { type RunningService, startService } from './serve.ts';
export { SERVICE_DEFAULTS, type ServiceSettings, SettingsError } from './settings.ts';
