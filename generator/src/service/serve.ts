import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createFiles } from '../platform/files.ts';
import { createApp } from './app.ts';
import { answerBrokenRequests } from './http/errors.ts';
import { EventStreams } from './http/event-streams.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { Folders } from './jobs/folders.ts';
import { JobEvents } from './jobs/job-events.ts';
import { JobQueue } from './jobs/job-queue.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { JobStore } from './jobs/job-store.ts';
import type { PreviewMaker } from './previews/preview-maker.ts';
import { PreviewQueue } from './previews/preview-queue.ts';
import { checkSettings, type ServiceSettings } from './settings.ts';

/** What does the work, away from the thread that answers. */
export interface ServiceWorkers {
  readonly runner: JobRunner;
  readonly previews: PreviewMaker;
}

export interface RunningService {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  /** Takes no more work, puts the job that runs back into the queue, closes streams and the port. */
  close(): Promise<void>;
  /** Resolves when no job waits or runs. */
  idle(): Promise<void>;
  /** Removes jobs whose time is over, as it is done by itself every hour and after each job. */
  applyRetention(now?: number): Promise<void>;
}

/** An idle socket is closed after this long. Streams are never idle: they have heartbeats. */
const IDLE = 60_000;
const HEADERS = 10_000;
/** For the slowest upload that is waited for. */
const WHOLE_REQUEST = 600_000;
const RETENTION_INTERVAL = 3_600_000;
/** Connections besides those that streams may take. */
const MORE_CONNECTIONS = 256;

/**
 * Starts the service.
 * @throws SettingsError where the settings would leave it open to others
 */
export async function startService(
  settings: ServiceSettings,
  { runner, previews: maker }: ServiceWorkers,
  log: (message: string) => void,
): Promise<RunningService> {
  checkSettings(settings);
  const roots = {
    models: resolve(settings.models),
    images: resolve(settings.images),
    data: resolve(settings.data),
  };
  await mkdir(roots.models, { recursive: true });
  const folders = new Folders(roots);
  const store = await JobStore.open(createFiles(), roots.data, log);
  const events = new JobEvents();
  const streams = new EventStreams(settings.maxStreams, settings.heartbeat);
  const metrics: Metrics = createMetrics({ jobs: () => store.all(), streams: () => streams.size });
  const tools = { store, events, folders, runner, log, finished: metrics.jobFinished };
  const queue = new JobQueue(tools, settings);
  await queue.resume();
  const previews = new PreviewQueue(maker);
  const app = createApp({ settings, store, queue, previews, events, folders, streams, metrics }, log);
  const server = createServer({ headersTimeout: HEADERS, requestTimeout: WHOLE_REQUEST }, app);
  server.setTimeout(IDLE);
  server.maxConnections = settings.maxStreams + MORE_CONNECTIONS;
  answerBrokenRequests(server);
  const url = await listen(server, settings);
  const retention = setInterval(() => {
    queue.applyRetention().catch((error: Error) => log(`retention: ${error.message}`));
  }, RETENTION_INTERVAL);
  retention.unref();
  return {
    url,
    idle: () => queue.idle(),
    applyRetention: (now) => queue.applyRetention(now),
    async close() {
      clearInterval(retention);
      // Until the job has stopped, who asks is told so; its streams see it go back to the queue.
      await Promise.all([queue.stop(), previews.close()]);
      streams.close();
      const closed = new Promise((done) => server.close(done));
      // What is still open is an upload or a download; it must not hold the end up.
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, { host, port }: ServiceSettings): Promise<string> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address() as AddressInfo;
      done(`http://${host.includes(':') ? `[${host}]` : host}:${address.port}`);
    });
  });
}
