import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { JOB_STATES, type JobRecord } from '../jobs/job.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Counts and times requests by their route, never by their path: clients choose paths. */
  readonly count: RequestHandler;
  jobFinished(job: JobRecord, seconds: number): void;
}

/** Figures for Prometheus. */
export function createMetrics(now: { jobs(): readonly JobRecord[]; streams(): number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'turnaround_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'turnaround_http_request_seconds',
    help: 'Time to answer, but for event streams',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const jobSeconds = new Histogram({
    name: 'turnaround_job_seconds',
    help: 'Time of finished jobs',
    labelNames: ['kind', 'state'],
    buckets: [1, 5, 20, 60, 300, 1200, 3600, 14_400],
    registers,
  });
  new Gauge({
    name: 'turnaround_jobs',
    help: 'Jobs that are kept',
    labelNames: ['state'],
    registers,
    collect() {
      const jobs = now.jobs();
      for (const state of JOB_STATES) this.set({ state }, jobs.filter((job) => job.state === state).length);
    },
  });
  new Gauge({
    name: 'turnaround_event_streams',
    help: 'Event streams that are open',
    registers,
    collect() {
      this.set(now.streams());
    },
  });
  return {
    registry,
    count(request, response, next) {
      const began = performance.now();
      response.once('close', () => {
        const route = (response.locals['route'] as string | undefined) ?? 'none';
        requests.inc({ method: request.method, route, status: response.statusCode });
        if (!route.endsWith('/events')) duration.observe({ route }, (performance.now() - began) / 1000);
      });
      next();
    },
    jobFinished({ request, state }, seconds) {
      jobSeconds.observe({ kind: request.kind, state }, seconds);
    },
  };
}
