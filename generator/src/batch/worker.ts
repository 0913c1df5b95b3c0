import { resolve } from 'node:path';
import { readModelManifest } from '../pipeline/model-manifest.ts';
import { createFiles } from '../platform/files.ts';
import { BatchError } from './errors.ts';
import { BatchJobSchema } from './job.ts';
import { type LineOptions, openLine } from './line.ts';
import { consume } from './queue.ts';

export interface WorkerOptions extends LineOptions {
  /** redis:// */
  readonly queue: string;
  /** Model folders of this machine; jobs whose model is none of them use the path that they name. */
  readonly models: readonly string[];
  /** Of S3-compatible storage; null: as jobs say. */
  readonly endpoint: string | null;
  /** How long after its last sign of life this worker's characters go to others, ms. */
  readonly lock: number;
  /** How long the queue may be empty before the worker ends, ms; null: for good. */
  readonly idle: number | null;
  readonly signal: AbortSignal;
  finished?(seed: number, out: string, made: boolean): void;
}

export const WORKER_DEFAULTS: { readonly packers: number; readonly lock: number } = {
  packers: 2,
  lock: 30_000,
};

/** What a worker did while it ran. */
export interface WorkerResult {
  readonly made: number;
  /** Found in their place when their turn came. */
  readonly found: number;
  readonly rejected: number;
  /** That ended among the dead letters. */
  readonly failed: number;
  /** From the first job's begin to the last one's end. */
  readonly seconds: number;
  /** Of those, inside ONNX Runtime. */
  readonly inferenceSeconds: number;
}

/** Makes characters from a queue until the signal fires; then what is under way is finished. */
export async function runWorker(options: WorkerOptions): Promise<WorkerResult> {
  const { queue, packers, lock, idle, signal, log, endpoint } = options;
  const models = await hashesOf(options.models);
  const line = openLine(options);
  const counts = { made: 0, found: 0, rejected: 0, failed: 0 };
  let [first, last] = [0, performance.now()];
  let busy = 0;
  const never = new AbortController().signal;
  const consumer = await consume(queue, {
    // One is drawn while the others are packed.
    concurrency: packers + 1,
    lock,
    log,
    async work(data) {
      first ||= performance.now();
      busy++;
      try {
        const parsed = BatchJobSchema.safeParse(data);
        if (!parsed.success)
          throw new BatchError('job', `expected a job of turnaround generate, got ${parsed.error.message}`);
        const job = { ...parsed.data, endpoint: endpoint ?? parsed.data.endpoint };
        const model = models.get(job.modelHash) ?? job.recipe.model;
        return await line.make({ job, model }, { signal: never, progress: () => {}, warn: log });
      } finally {
        busy--;
        last = performance.now();
      }
    },
    finished({ seed, out }, outcome) {
      const made = 'row' in outcome && outcome.made;
      if ('dropped' in outcome) counts.rejected++;
      else if (made) counts.made++;
      else counts.found++;
      options.finished?.(seed, out, made);
    },
    failed(job, error, dead) {
      if (dead) counts.failed++;
      const then = dead ? 'is among the dead letters now' : 'is tried again';
      log(`${job ? `seed ${job.seed}` : 'a job'} failed, and ${then}: ${error.message}`);
    },
  }).catch(async (error) => {
    await line.close();
    throw error;
  });
  // Connecting is not idling.
  last = performance.now();
  await ended(signal, idle, () => (busy > 0 ? performance.now() : last));
  await consumer.close();
  const inference = line.inference();
  await line.close();
  return { ...counts, seconds: first ? (last - first) / 1000 : 0, inferenceSeconds: inference / 1000 };
}

/** @param active  when there was last something to do */
function ended(signal: AbortSignal, idle: number | null, active: () => number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!signal.aborted && (idle === null || performance.now() - active() < idle)) return;
      clearInterval(timer);
      resolve();
    }, 100);
  });
}

async function hashesOf(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const files = createFiles();
  const found = folders.map(async (folder) => {
    const path = resolve(folder);
    return [(await readModelManifest(files, path)).hash, path] as const;
  });
  return new Map(await Promise.all(found));
}
