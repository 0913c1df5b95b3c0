import type { TaskHooks } from '../../platform/task-thread.ts';
import type { JobAsset } from './job.ts';
import type { AnyRequest } from './job-request.ts';

/** A job with its names mapped to folders. */
export interface JobTask {
  readonly request: AnyRequest;
  readonly folders: {
    /** For results. */
    readonly out: string;
    /** Of the model that is used, taught, measured or, by an import, written. */
    readonly model: string | null;
    readonly against: readonly string[];
    readonly images: string | null;
    readonly from: string | null;
    /** The uploaded file. */
    readonly checkpoint: string | null;
  };
}

export interface JobOutcome {
  readonly result: unknown;
  readonly assets: readonly JobAsset[];
}

/** What a job tells while it runs, and what stops it. */
export type JobHooks = TaskHooks;

/** What does the work. Rejects once the signal has fired and the work has stopped. */
export type JobRunner = (task: JobTask, hooks: JobHooks) => Promise<JobOutcome>;
