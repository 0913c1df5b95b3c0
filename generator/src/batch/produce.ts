import { setTimeout as sleep } from 'node:timers/promises';
import type { LookAlikes } from '../pipeline/characters/diverse.ts';
import { characterFile, readPublished, removeDamaged, rowOf } from '../pipeline/characters/publish.ts';
import { type CharacterPlan, planCharacters } from '../pipeline/characters/recipe.ts';
import { type CharacterOutcome, type GenerateResult, runBatch } from '../pipeline/characters/run-batch.ts';
import type { GenerateOptions } from '../pipeline/generate.ts';
import type { Platform } from '../pipeline/platform.ts';
import { type BatchJob, jobId } from './job.ts';
import { jobsFor, outOf } from './jobs-for.ts';
import { type CharacterQueue, openQueue } from './queue.ts';

export interface QueueTarget {
  /** redis:// */
  readonly queue: string;
  /** Of S3-compatible storage; null: each worker's own setting. */
  readonly endpoint: string | null;
}

/** Jobs that are added, and asked about, at once. */
const CHUNK = 500;
/** Jobs are asked about at least this far apart, ms, and more where they are many. */
const INTERVAL = 500;

/**
 * Has characters made by workers: puts what is missing on the queue and waits. Files are what counts: whatever the
 * queue has forgotten is put there again, and a second run puts nothing there.
 */
export async function generateByQueue(
  platform: Platform & LookAlikes,
  options: GenerateOptions,
  { queue: url, endpoint }: QueueTarget,
): Promise<GenerateResult> {
  const { reject = false, diverse = false, seeds } = options;
  const plan = await planCharacters(platform, options);
  const jobOf = jobsFor(plan, options, endpoint);
  const out = outOf(options);
  return runBatch(platform, plan, { seeds, out, reject, diverse }, async (missing, report) => {
    const queue = await openQueue(url, (message) => platform.warn(message));
    try {
      await removeDamaged(platform.files, out, missing);
      const jobs = missing.map(jobOf);
      for (const chunk of chunks(jobs)) await queue.add(chunk);
      let open: readonly BatchJob[] = jobs;
      while (open.length > 0) {
        await sleep(Math.max(INTERVAL, open.length / 2), undefined, { signal: platform.signal });
        const left: BatchJob[] = [];
        for (const chunk of chunks(open)) {
          platform.signal.throwIfAborted();
          const outcomes = await Promise.all(chunk.map((job) => outcomeOf(platform, queue, plan, job)));
          left.push(...chunk.filter((_, k) => outcomes[k] === null));
          const settled = outcomes.filter((outcome) => outcome !== null);
          if (settled.length > 0) await report(...settled);
        }
        open = left;
      }
      // Of workers that were killed. Should one still write, its job is tried again, and finds the file.
      await platform.files.clearPartials(
        out,
        missing.map(({ seed }) => characterFile(seed)),
      );
    } finally {
      await queue.close();
    }
  });
}

/** What has become of a job; null while it waits or runs. */
async function outcomeOf(
  { files }: Pick<Platform, 'files'>,
  queue: CharacterQueue,
  plan: CharacterPlan,
  job: BatchJob,
): Promise<CharacterOutcome | null> {
  const id = jobId(job);
  const state = await queue.state(id);
  if (state === 'dead') {
    const letter = await queue.deadLetter(id);
    if (letter) return { failed: { seed: job.seed, error: letter.error } };
  }
  if (state === 'finished') {
    const outcome = await queue.outcome(id);
    if (outcome && 'dropped' in outcome) return outcome;
    const standing = await readPublished(files, `${job.out}/${characterFile(job.seed)}`);
    if (standing?.key === job.key)
      return { row: rowOf(files, plan, job.seed, standing), made: outcome?.made ?? true };
  }
  // Finished without its file, or forgotten.
  if (state === 'finished' || state === 'absent') await queue.add([job]);
  return null;
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < all.length; first += CHUNK) yield all.slice(first, first + CHUNK);
}
