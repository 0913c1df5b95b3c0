import type { Route } from '../http/route.ts';
import { isFinished } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/job-events.ts';
import type { Service } from '../service.ts';
import { findJob } from './job-routes.ts';

/** Events of a job as server-sent events. */
export function eventRoute(service: Service): Route {
  const { events, streams } = service;
  return {
    method: 'get',
    path: '/v1/jobs/{id}/events',
    id: 'jobEvents',
    summary:
      'What happens to a job, as server-sent events: state, progress, warning, removed. Ends with the job. With Last-Event-ID only what came after it',
    headers: { 'Last-Event-ID': 'id of the last event that the client has seen' },
    answers: {
      200: { description: 'The stream', type: 'text/event-stream' },
      204: { description: 'The job is finished and the client has seen its last event' },
    },
    problems: [404],
    handle({ request, response }) {
      const job = findJob(service, request.params['id']);
      const lastId = request.headers['last-event-id'];
      const missed = typeof lastId === 'string' ? events.since(job.id, lastId) : null;
      // Browsers come back whenever a stream ends; this is what tells them not to.
      if (isFinished(job) && missed?.length === 0) return void response.status(204).end();
      if (request.method === 'HEAD') return void response.type('text/event-stream').end();
      let stopListening = () => {};
      const stream = streams.open(request, response, () => stopListening());
      const send = (event: JobEvent) => {
        stream.send(event);
        if (isLast(event)) stream.end();
      };
      let replay = missed ?? events.kept(job.id);
      if (missed === null && replay.length === 0) {
        // Nothing is kept of jobs that an earlier process ran: the state is told anew, to all who listen.
        events.state(job);
        replay = events.kept(job.id);
      }
      for (const event of replay) send(event);
      if (!response.writableEnded) stopListening = events.listen(job.id, send);
    },
  };
}

const isLast = ({ event, data }: JobEvent): boolean =>
  event === 'removed' || (event === 'state' && isFinished(data as { state: 'done' }));
