import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { BatchError } from './errors.ts';
import { type BatchJob, type BatchOutcome, jobId } from './job.ts';

/** Name of the queue in Redis: its keys begin with `turnaround:characters:`. */
const NAME = 'characters';
const PREFIX = 'turnaround';

/** How often a character is tried before it goes to the dead letters, and how long after a failure, ms. */
const ATTEMPTS = 3;
const BACKOFF = 1000;
/** How often the machine of a character may vanish before it does: it may be the character that ends them. */
const MOST_VANISHED = 10;
/** Finished jobs are kept for whoever asks for them, s. Their files are what counts. */
const KEEP_FINISHED = 24 * 3600;

type QueuedJob = Job<BatchJob, BatchOutcome>;
export type JobState = 'waiting' | 'active' | 'finished' | 'dead' | 'absent';

/** A character that could not be made. */
export interface DeadLetter {
  readonly id: string;
  readonly seed: number;
  readonly out: string;
  readonly error: string;
  readonly attempts: number;
}

/** Characters that wait to be made, on Redis. */
export interface CharacterQueue {
  /** Adds jobs that are not there. What is finished or dead is begun anew. */
  add(jobs: readonly BatchJob[]): Promise<void>;
  state(id: string): Promise<JobState>;
  outcome(id: string): Promise<BatchOutcome | null>;
  deadLetter(id: string): Promise<DeadLetter | null>;
  /** The newest first. */
  deadLetters(most: number): Promise<DeadLetter[]>;
  close(): Promise<void>;
}

/**
 * @param url  redis:// or rediss://
 * @param log  is told when Redis goes away, and when it is back
 * @throws BatchError `queue-url` for another address, `queue-unreachable` where nothing answers there
 */
export async function openQueue(url: string, log: (message: string) => void): Promise<CharacterQueue> {
  const { connection, leave } = await connect(url, log);
  const { Queue: BullQueue } = await import('bullmq');
  const queue: Queue<BatchJob, BatchOutcome> = new BullQueue(NAME, { connection, prefix: PREFIX });
  // The connection reports its own errors, and goes on trying.
  queue.on('error', () => {});
  await queue.waitUntilReady();
  const get = (id: string) => queue.getJob(id) as Promise<QueuedJob | undefined>;
  return {
    async add(jobs) {
      const wanted = await Promise.all(
        jobs.map(async (job) => {
          const id = jobId(job);
          const state = stateOf(await queue.getJobState(id));
          if (state === 'finished' || state === 'dead') await (await get(id))?.remove();
          return state === 'waiting' || state === 'active' ? [] : [{ job, id }];
        }),
      );
      await queue.addBulk(
        wanted.flat().map(({ job, id }) => ({
          name: String(job.seed),
          data: job,
          opts: {
            jobId: id,
            attempts: ATTEMPTS,
            backoff: { type: 'exponential', delay: BACKOFF },
            removeOnComplete: { age: KEEP_FINISHED },
            removeOnFail: false,
          },
        })),
      );
    },
    state: async (id) => stateOf(await queue.getJobState(id)),
    outcome: async (id) => (await get(id))?.returnvalue ?? null,
    async deadLetter(id) {
      const job = await get(id);
      return job ? letterOf(job) : null;
    },
    deadLetters: async (most) =>
      (await queue.getFailed(0, most - 1)).map((job) => letterOf(job as QueuedJob)),
    async close() {
      await queue.close();
      leave();
    },
  };
}

const letterOf = ({ id, data, failedReason, attemptsMade }: QueuedJob): DeadLetter => ({
  id: id!,
  seed: data.seed,
  out: data.out,
  error: failedReason,
  attempts: attemptsMade,
});

function stateOf(state: string): JobState {
  if (state === 'completed') return 'finished';
  if (state === 'failed') return 'dead';
  if (state === 'active') return 'active';
  return state === 'unknown' ? 'absent' : 'waiting';
}

export interface ConsumerOptions {
  /** Jobs at once. */
  readonly concurrency: number;
  /** How long after its last sign of life a worker's characters go to others, ms. */
  readonly lock: number;
  log(message: string): void;
  work(job: BatchJob): Promise<BatchOutcome>;
  finished(job: BatchJob, outcome: BatchOutcome): void;
  /**
   * @param job   null where the queue has forgotten it
   * @param dead  whether it went to the dead letters, rather than back to those that wait
   */
  failed(job: BatchJob | null, error: Error, dead: boolean): void;
}

/** What takes jobs from the queue. */
export interface Consumer {
  /** Takes no more, and waits for those under way. */
  close(): Promise<void>;
}

/** Takes jobs as they come, for good. Goes on when Redis comes back. */
export async function consume(url: string, options: ConsumerOptions): Promise<Consumer> {
  const { concurrency, lock, log } = options;
  const { connection, leave } = await connect(url, log);
  const { Worker: BullWorker } = await import('bullmq');
  const worker: Worker<BatchJob, BatchOutcome> = new BullWorker(NAME, (job) => options.work(job.data), {
    connection,
    prefix: PREFIX,
    concurrency,
    lockDuration: lock,
    stalledInterval: Math.max(1000, lock / 2),
    maxStalledCount: MOST_VANISHED,
  });
  worker.on('error', () => {});
  worker.on('completed', (job, outcome) => options.finished(job.data, outcome));
  worker.on('failed', (job, error) =>
    options.failed(job?.data ?? null, error, job?.finishedOn !== undefined),
  );
  // Closed while it still connects, it would end the process by an error that nobody hears.
  await worker.waitUntilReady();
  return {
    async close() {
      await worker.close();
      leave();
    },
  };
}

/** Tries for this long to reach a Redis that has never answered, ms. */
const FIRST_ANSWER = 5000;

/** A connection whose commands wait for as long as Redis is away. */
async function connect(
  url: string,
  log: (message: string) => void,
): Promise<{ readonly connection: Redis; leave(): void }> {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
  if (!['redis:', 'rediss:'].includes(protocol) || host === '')
    throw new BatchError(
      'queue-url',
      `--queue: expected redis://HOST:PORT or rediss://HOST:PORT, got ${url}`,
    );
  const { Redis: IoRedis } = await import('ioredis');
  // A second is as long as a restarted Redis should have to wait for its clients.
  const retryStrategy = (times: number) => Math.min(1000, 50 * times);
  const connection = new IoRedis(url, { maxRetriesPerRequest: null, lazyConnect: true, retryStrategy });
  let why = 'no answer';
  connection.on('error', (error: NodeJS.ErrnoException) => {
    why = error.message || error.code || why;
  });
  const answer = connection.connect().then(() => connection.ping());
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), FIRST_ANSWER);
  });
  const answered = await Promise.race([answer, late]).catch(() => null);
  clearTimeout(timer);
  if (answered === null) {
    connection.disconnect();
    throw new BatchError(
      'queue-unreachable',
      `--queue: expected a Redis at ${protocol}//${host}, got ${why}`,
    );
  }
  let [away, left] = [false, false];
  connection.on('close', () => {
    if (!away && !left) log(`the queue at ${protocol}//${host} does not answer; waiting for it`);
    away = true;
  });
  connection.on('ready', () => {
    if (away) log(`the queue at ${protocol}//${host} is back`);
    away = false;
  });
  return {
    connection,
    leave() {
      left = true;
      connection.disconnect();
    },
  };
}
