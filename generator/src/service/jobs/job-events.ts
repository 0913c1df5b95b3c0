import { randomBytes } from 'node:crypto';
import type { ProgressEvent } from '../../pipeline/platform.ts';
import { type JobRecord, summarise } from './job.ts';

/** Something that happened to a job. */
export interface JobEvent {
  /** `<boot>-<number>`: numbers begin anew when the service does, and the boot tells that they did. */
  readonly id: string;
  readonly event: 'state' | 'progress' | 'warning' | 'removed';
  readonly data: unknown;
}

/** Events kept of each job, and jobs they are kept of: what a client that reconnects can be told again. */
const KEPT_EVENTS = 256;
const KEPT_JOBS = 256;
/** Progress is told at most this often (ms), but for a stage's first and last. */
const PROGRESS_INTERVAL = 100;

interface Log {
  events: JobEvent[];
  next: number;
  stage: string;
  lastProgress: number;
  readonly listeners: Set<(event: JobEvent) => void>;
}

/** What happens to jobs, for those who listen. In memory: after a restart a client gets the job's state. */
export class JobEvents {
  readonly #boot = randomBytes(4).toString('hex');
  readonly #logs = new Map<string, Log>();

  state(job: JobRecord): void {
    this.#add(job.id, 'state', summarise(job, this.lastProgress(job.id)));
  }

  warning(id: string, message: string): void {
    this.#add(id, 'warning', { message });
  }

  progress(id: string, event: ProgressEvent): void {
    const log = this.#log(id);
    const now = performance.now();
    const edge = event.stage !== log.stage || event.done >= event.total;
    if (!edge && now - log.lastProgress < PROGRESS_INTERVAL) return;
    log.stage = event.stage;
    log.lastProgress = now;
    this.#add(id, 'progress', event);
  }

  /** The last word of a job. */
  removed(id: string): void {
    if (!this.#logs.has(id)) return;
    this.#add(id, 'removed', { id });
    this.#logs.delete(id);
  }

  /** The event that says where a job has come to; null where none is known. */
  lastProgress(id: string): ProgressEvent | null {
    const last = this.#logs.get(id)?.events.findLast(({ event }) => event === 'progress');
    return last ? (last.data as ProgressEvent) : null;
  }

  /**
   * What a client has not seen yet.
   * @param lastId  its Last-Event-ID
   * @returns null where that cannot be told from what is kept: it needs the whole state
   */
  since(id: string, lastId: string): readonly JobEvent[] | null {
    const events = this.#logs.get(id)?.events ?? [];
    const at = events.findIndex((event) => event.id === lastId);
    return at < 0 ? null : events.slice(at + 1);
  }

  /** All that is kept. */
  kept(id: string): readonly JobEvent[] {
    return this.#logs.get(id)?.events ?? [];
  }

  /** @returns what ends it */
  listen(id: string, listener: (event: JobEvent) => void): () => void {
    const log = this.#log(id);
    log.listeners.add(listener);
    return () => log.listeners.delete(listener);
  }

  #add(id: string, event: JobEvent['event'], data: unknown): void {
    const log = this.#log(id);
    const added: JobEvent = { id: `${this.#boot}-${log.next++}`, event, data };
    log.events.push(added);
    if (log.events.length > KEPT_EVENTS) log.events.shift();
    for (const listener of [...log.listeners]) listener(added);
  }

  #log(id: string): Log {
    const known = this.#logs.get(id);
    if (known) return known;
    const log: Log = { events: [], next: 1, stage: '', lastProgress: 0, listeners: new Set() };
    this.#logs.set(id, log);
    for (const [old, { listeners }] of this.#logs) {
      if (this.#logs.size <= KEPT_JOBS) break;
      if (listeners.size === 0 && old !== id) this.#logs.delete(old);
    }
    return log;
  }
}
