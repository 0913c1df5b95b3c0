import { z } from 'zod';
import type { ProgressEvent } from '../../pipeline/platform.ts';
import { type AnyRequest, AnyRequestSchema } from './job-request.ts';

/** Cancelling removes a job, so that there is no state for it. */
export type JobState = 'queued' | 'running' | 'done' | 'failed';

export const JOB_STATES: readonly JobState[] = ['queued', 'running', 'done', 'failed'];

/** A file that a job made. */
export interface JobAsset {
  /** SHA-256 of its content: its address, and its ETag. */
  readonly id: string;
  /** Name below the job's folder of results. */
  readonly file: string;
  readonly bytes: number;
}

/** `job.json`. */
export interface JobRecord {
  readonly formatVersion: 1;
  readonly id: string;
  readonly state: JobState;
  readonly request: AnyRequest;
  /** SHA-256 of all that the result depends on. The same request for the same model has the same one. */
  readonly key: string;
  /** ISO 8601. */
  readonly created: string;
  readonly started: string | null;
  readonly finished: string | null;
  /** How often it was begun; more than once where the service ended without a word. */
  readonly attempts: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What the command of the same name prints with `--json`. */
  readonly result: unknown;
  readonly assets: readonly JobAsset[];
  /** Of its folder, once it is finished. */
  readonly bytes: number;
}

/** A job in lists and events: less its result, which can be long. */
export interface JobSummary extends Omit<JobRecord, 'formatVersion' | 'result'> {
  /** How far it has come, as it last said. */
  readonly progress: ProgressEvent | null;
}

/** A job as clients see it. */
export interface Job extends JobSummary {
  readonly result: unknown;
}

const asset = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  bytes: z.int(),
});

const stored = {
  id: z.uuid(),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  request: AnyRequestSchema,
  key: z.string(),
  created: z.iso.datetime(),
  started: z.iso.datetime().nullable(),
  finished: z.iso.datetime().nullable(),
  attempts: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  assets: z.array(asset),
  bytes: z.int(),
};
const progress = z
  .object({ stage: z.string(), done: z.number(), total: z.number(), text: z.string().optional() })
  .nullable();

export const JobRecordSchema: z.ZodType<JobRecord> = z.object({
  formatVersion: z.literal(1),
  ...stored,
  result: z.unknown(),
});
export const JobSummarySchema: z.ZodType<JobSummary> = z
  .object({ ...stored, progress })
  .meta({ id: 'JobSummary' }) as z.ZodType<JobSummary>;
export const JobSchema: z.ZodType<Job> = z
  .object({ ...stored, progress, result: z.unknown() })
  .meta({ id: 'Job' }) as z.ZodType<Job>;

/** What clients may see of a record. */
export function summarise(record: JobRecord, lastProgress: ProgressEvent | null): JobSummary {
  const { formatVersion: _, result: __, ...rest } = record;
  return { ...rest, progress: lastProgress };
}

export const isFinished = ({ state }: Pick<JobRecord, 'state'>): boolean =>
  state === 'done' || state === 'failed';
