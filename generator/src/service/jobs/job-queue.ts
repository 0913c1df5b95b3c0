import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { Problem } from '../problem.ts';
import { contentKey } from './content-key.ts';
import type { Folders } from './folders.ts';
import type { JobRecord, JobState } from './job.ts';
import type { JobEvents } from './job-events.ts';
import type { AnyRequest } from './job-request.ts';
import type { JobRunner, JobTask } from './job-runner.ts';
import type { JobStore } from './job-store.ts';
import { expiredJobs, type RetentionRules } from './retention.ts';

export interface QueueOptions extends RetentionRules {
  /** Most jobs that wait. */
  readonly maxQueue: number;
}

export interface QueueTools {
  readonly store: JobStore;
  readonly events: JobEvents;
  readonly folders: Folders;
  readonly runner: JobRunner;
  log(message: string): void;
  finished?(job: JobRecord, seconds: number): void;
}

/** A file that a client sent, before it belongs to a job. */
export interface Upload {
  /** Id of the job that it is for: it lies in that job's folder. */
  readonly id: string;
  readonly sha256: string;
}

/** The file of an upload in its job's folder. */
export const uploadPath = (folder: string, name: string): string => join(folder, `${name}.checkpoint`);

/** A job that was running this often when the process ended without a word is what ends it. */
const MOST_CRASHES = 3;

/** Why a signal fired. */
const STOPPING = 'stopping';

/** Runs jobs one after another, in the order in which they were asked for. */
export class JobQueue {
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #tools: QueueTools;
  readonly #options: QueueOptions;
  /** Of jobs that wait or run. */
  readonly #aborts = new Map<string, AbortController>();
  readonly #runs = new Map<string, Promise<void>>();
  /** Asking takes some reads; two at once for the same key must not make two jobs. */
  readonly #asking = new PQueue({ concurrency: 1 });
  #stopping = false;

  constructor(tools: QueueTools, options: QueueOptions) {
    this.#tools = tools;
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Queues again what an earlier process left, and applies retention. */
  async resume(): Promise<void> {
    const { store } = this.#tools;
    for (const job of store.all()) {
      if (job.state === 'running' && job.attempts >= MOST_CRASHES)
        await this.#finish(job, {
          state: 'failed',
          error: {
            code: 'crashed',
            message: `the service ended ${job.attempts} times while it ran this job`,
          },
        });
      else if (job.state === 'running' || job.state === 'queued') {
        if (job.state === 'running') await this.#update({ ...job, state: 'queued' });
        this.#enqueue(job.id);
      }
    }
    await this.applyRetention();
  }

  /**
   * Adds a job, unless one of the same key waits, runs or is done.
   * @throws Problem `unknown-name`, `queue-full`, `conflict`, `stopping`
   */
  async submit(request: AnyRequest, upload?: Upload): Promise<{ job: JobRecord; created: boolean }> {
    return this.#asking.add(() => this.#submit(request, upload));
  }

  async #submit(request: AnyRequest, upload?: Upload): Promise<{ job: JobRecord; created: boolean }> {
    const { store } = this.#tools;
    this.#refuseIfStopping();
    const id = upload?.id ?? randomUUID();
    const { folders } = await this.#task(id, request);
    const key = await contentKey(request, folders, upload?.sha256 ?? null);
    const known = store.byKey(key);
    if (known) return { job: known, created: false };
    if (request.kind === 'import') await this.#refuseTakenName(request.name);
    this.refuseIfFull();
    const job: JobRecord = {
      formatVersion: 1,
      id,
      state: 'queued',
      request,
      key,
      created: new Date().toISOString(),
      started: null,
      finished: null,
      attempts: 0,
      error: null,
      result: null,
      assets: [],
      bytes: 0,
    };
    try {
      await this.#update(job);
    } catch (error) {
      await store.remove(id);
      throw error;
    }
    this.#enqueue(id);
    return { job, created: true };
  }

  /** @throws Problem `queue-full`, `stopping` */
  refuseIfFull(): void {
    this.#refuseIfStopping();
    const { maxQueue } = this.#options;
    if (this.#tools.store.all().filter(({ state }) => state === 'queued').length < maxQueue) return;
    throw new Problem('queue-full', `queue: expected fewer than ${maxQueue} waiting jobs; ask again later`, {
      headers: { 'Retry-After': '30' },
    });
  }

  #refuseIfStopping(): void {
    if (!this.#stopping) return;
    throw new Problem('stopping', 'this service is about to end', { headers: { 'Retry-After': '10' } });
  }

  /** @throws Problem `conflict` where a model of this name is there or on its way */
  async #refuseTakenName(name: string): Promise<void> {
    const coming = this.#tools.store
      .all()
      .some(
        ({ request, state }) =>
          request.kind === 'import' && request.name === name && (state === 'queued' || state === 'running'),
      );
    if (coming || (await this.#tools.folders.isTaken(name)))
      throw new Problem('conflict', `name: expected one that no model has, got ${name}`);
  }

  /** Stops a job that waits or runs, and removes it with all its files. */
  async remove(id: string): Promise<void> {
    const { store, events } = this.#tools;
    this.#aborts.get(id)?.abort();
    await this.#runs.get(id);
    await store.remove(id);
    events.removed(id);
  }

  /** Takes no more work; the job that runs goes back to the queue. Resolves when it has stopped. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#queue.pause();
    this.#queue.clear();
    for (const abort of this.#aborts.values()) abort.abort(STOPPING);
    await this.#asking.onIdle();
    await this.#queue.onPendingZero();
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    await this.#queue.onIdle();
  }

  async applyRetention(now: number = Date.now()): Promise<void> {
    for (const job of expiredJobs(this.#tools.store.all(), this.#options, now)) {
      await this.remove(job.id);
      this.#tools.log(`job ${job.id}: removed by retention`);
    }
  }

  #enqueue(id: string): void {
    if (this.#stopping) return;
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    const run = this.#queue
      .add(() => this.#run(id, abort.signal))
      .catch((error: unknown) => this.#tools.log(`job ${id}: ${(error as Error).stack ?? error}`))
      .then(() => {
        this.#aborts.delete(id);
        this.#runs.delete(id);
      });
    // Only a job that has begun is waited for when it is removed; one that waits is skipped when its turn comes.
    abort.signal.addEventListener(
      'abort',
      () => this.#tools.store.get(id)?.state === 'queued' && this.#runs.delete(id),
    );
    this.#runs.set(id, run);
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    const { store, events, runner, folders, log } = this.#tools;
    const queued = store.get(id);
    if (!queued || signal.aborted) return;
    const began = performance.now();
    let job: JobRecord = queued;
    try {
      job = { ...queued, state: 'running', started: new Date().toISOString(), attempts: queued.attempts + 1 };
      await this.#update(job);
      const task = await this.#task(id, job.request);
      if (job.request.kind !== 'import') {
        // The model may have learned since the job was asked for: the key is of what the job really starts from.
        job = { ...job, key: await contentKey(job.request, task.folders, null) };
        await store.put(job);
      }
      signal.throwIfAborted();
      const outcome = await runner(task, {
        signal,
        progress: (event) => events.progress(id, event),
        warn: (message) => events.warning(id, folders.withoutRoots(message)),
      });
      if (job.request.kind === 'import') await folders.publishModel(job.request.name, task.folders.model!);
      await this.#finish(job, { state: 'done', result: outcome.result, assets: outcome.assets });
    } catch (error) {
      if (signal.aborted) {
        // Not this attempt's fault: it does not count as one that ended the process.
        if (signal.reason === STOPPING)
          await this.#update({ ...job, state: 'queued', attempts: queued.attempts });
        return;
      }
      const { code, message, stack } = error as { code?: unknown; message?: string; stack?: string };
      if (code === undefined) log(`job ${id}: ${stack ?? error}`);
      await this.#finish(job, {
        state: 'failed',
        error: { code: String(code ?? 'internal'), message: folders.withoutRoots(message ?? String(error)) },
      });
    }
    const finished = store.get(id);
    if (finished) this.#tools.finished?.(finished, (performance.now() - began) / 1000);
    // Not awaited by the job's own run, which retention may have to wait for.
    void this.applyRetention().catch((error: Error) => log(`retention: ${error.message}`));
  }

  async #finish(job: JobRecord, change: Partial<JobRecord> & { readonly state: JobState }): Promise<void> {
    const { store } = this.#tools;
    const { request, id } = job;
    // A checkpoint has done its part; keeping it would take as much room as the model.
    if (request.kind === 'import') {
      await rm(uploadPath(store.folder(id), request.name), { force: true });
      await rm(join(store.folder(id), 'model'), { recursive: true, force: true });
    }
    const bytes = await store.size(id).catch(() => 0);
    await this.#update({ ...job, ...change, finished: new Date().toISOString(), bytes });
  }

  async #update(job: JobRecord): Promise<void> {
    await this.#tools.store.put(job);
    this.#tools.events.state(job);
  }

  /** Maps the names of a request to folders. */
  async #task(id: string, request: AnyRequest): Promise<JobTask> {
    const { folders, store } = this.#tools;
    const own = store.folder(id);
    const model = async (name: string | null) => (name === null ? null : folders.model(name));
    const names = {
      model: 'model' in request ? request.model : null,
      from: request.kind === 'build' ? request.from : null,
      against: request.kind === 'evaluate' ? request.against : [],
    };
    return {
      request,
      folders: {
        out: store.out(id),
        // An import writes beside its upload; only a whole model gets among the others.
        model: request.kind === 'import' ? join(own, 'model') : await model(names.model),
        from: await model(names.from),
        against: await Promise.all(names.against.map((name) => folders.model(name))),
        images: request.kind === 'build' ? await folders.imageSet(request.images) : null,
        checkpoint: request.kind === 'import' ? uploadPath(own, request.name) : null,
      },
    };
  }
}
