import { element } from '@turnaround/plugin/viewer';
import type { ServiceClient } from '../service/client.ts';
import type { Job } from '../service/types.ts';
import { section } from './controls.ts';
import { type JobActions, JobRow } from './job-row.ts';

/** Between looks at the whole list, ms: others ask for jobs too. */
const INTERVAL = 10_000;
/** Before a stream that broke is opened again, ms. */
const AGAIN = 1500;

export interface JobEvents extends JobActions {
  /** A job is done, or was when the list was first read. */
  done(job: Job): void;
  failed(error: unknown): void;
}

/** The service's jobs, newest first, with their progress as it happens. */
export class JobList {
  readonly root: HTMLElement;
  private readonly list = element('ul', { className: 'jobs' });
  private readonly empty = element('p', { className: 'note' }, 'Nothing asked for yet.');
  private readonly events: JobEvents;
  private readonly rows = new Map<string, JobRow>();
  private jobs: readonly Job[] = [];
  private client: ServiceClient | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  /** The job whose events are read: one at a time runs, and a browser opens few connections to one place. */
  private followed: { readonly id: string; readonly abort: AbortController } | null = null;

  constructor(events: JobEvents) {
    this.events = events;
    this.list.ariaLabel = 'Jobs';
    this.list.role = 'list';
    this.root = section('jobs-part', 'Jobs', this.list, this.empty);
  }

  /** Looks at a service from now on; null: at none. */
  connect(client: ServiceClient | null): void {
    this.client = client;
    clearInterval(this.timer);
    this.followed?.abort.abort();
    this.followed = null;
    this.show([]);
    if (!client) return;
    void this.refresh();
    this.timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.refresh();
    }, INTERVAL);
  }

  async refresh(): Promise<void> {
    const { client } = this;
    if (!client) return;
    try {
      const jobs = await client.jobs();
      if (client === this.client) this.show(jobs);
    } catch (error) {
      if (client === this.client) this.events.failed(error);
    }
  }

  private show(jobs: readonly Job[]): void {
    const before = new Map(this.jobs.map((job) => [job.id, job]));
    this.jobs = jobs;
    for (const [id, row] of this.rows)
      if (!jobs.some((job) => job.id === id)) {
        row.root.remove();
        this.rows.delete(id);
      }
    for (const [k, job] of jobs.entries()) {
      const known = this.rows.get(job.id);
      const row = known ?? new JobRow(job, this.events);
      known?.update(job, this.events);
      this.rows.set(job.id, row);
      if (this.list.children[k] !== row.root) this.list.insertBefore(row.root, this.list.children[k] ?? null);
      if (job.state === 'done' && before.get(job.id)?.state !== 'done') this.events.done(job);
    }
    this.empty.hidden = jobs.length > 0;
    this.follow();
  }

  /** Reads the events of the job that runs, or comes next. */
  private follow(): void {
    const { client } = this;
    const next =
      this.jobs.find(({ state }) => state === 'running') ??
      this.jobs.findLast(({ state }) => state === 'queued');
    if (!client || !next) {
      this.followed?.abort.abort();
      this.followed = null;
      return;
    }
    if (this.followed?.id === next.id) return;
    this.followed?.abort.abort();
    const followed = { id: next.id, abort: new AbortController() };
    this.followed = followed;
    const told = ({ event, data }: { readonly event: string; readonly data: unknown }): void => {
      if (event === 'state') this.change(next.id, data as Job);
      if (event === 'progress') this.change(next.id, { progress: data as Job['progress'] });
    };
    const over = (): void => {
      if (followed.abort.signal.aborted) return;
      setTimeout(
        () => {
          if (this.followed === followed) this.followed = null;
          void this.refresh();
        },
        this.jobs.some(({ id, state }) => id === next.id && state === 'running') ? AGAIN : 0,
      );
    };
    client.follow(next.id, told, followed.abort.signal).then(over, over);
  }

  private change(id: string, change: Partial<Job>): void {
    this.show(this.jobs.map((job) => (job.id === id ? { ...job, ...change } : job)));
  }
}
