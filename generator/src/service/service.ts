import type { EventStreams } from './http/event-streams.ts';
import type { Metrics } from './http/metrics.ts';
import type { Folders } from './jobs/folders.ts';
import type { JobEvents } from './jobs/job-events.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { JobStore } from './jobs/job-store.ts';
import type { PreviewQueue } from './previews/preview-queue.ts';
import type { ServiceSettings } from './settings.ts';

/** What routes work with. */
export interface Service {
  readonly settings: ServiceSettings;
  readonly store: JobStore;
  readonly queue: JobQueue;
  readonly previews: PreviewQueue;
  readonly events: JobEvents;
  readonly folders: Folders;
  readonly streams: EventStreams;
  readonly metrics: Metrics;
}
