import { isFinished, type JobRecord } from './job.ts';

/** How long finished jobs are kept. */
export interface RetentionRules {
  readonly keepDays: number;
  /** Of all finished jobs together. */
  readonly keepBytes: number;
}

const DAY = 86_400_000;

/** The finished jobs that have to go: those that are too old, then the oldest until the others fit. */
export function expiredJobs(
  jobs: readonly JobRecord[],
  { keepDays, keepBytes }: RetentionRules,
  now: number,
): JobRecord[] {
  const age = (job: JobRecord) => now - Date.parse(job.finished ?? job.created);
  const newestFirst = jobs.filter(isFinished).sort((a, b) => age(a) - age(b));
  let bytes = 0;
  return newestFirst.filter((job) => {
    if (age(job) > keepDays * DAY) return true;
    bytes += job.bytes;
    return bytes > keepBytes;
  });
}
