import { z } from 'zod';
import { PAGE_QUERY, type Page, pageOf } from '../http/paging.ts';
import type { Route } from '../http/route.ts';
import { sendStored } from '../http/send-file.ts';
import {
  type Job,
  type JobRecord,
  JobSchema,
  type JobState,
  JobSummarySchema,
  summarise,
} from '../jobs/job.ts';
import { type JobRequest, JobRequestSchema } from '../jobs/job-request.ts';
import { Problem } from '../problem.ts';
import type { Service } from '../service.ts';

const ListQuery = z.strictObject({
  ...PAGE_QUERY,
  state: z.enum(['queued', 'running', 'done', 'failed']).optional(),
});

const ListSchema = z
  .object({ jobs: z.array(JobSummarySchema), next: z.string().nullable() })
  .meta({ id: 'JobList' });

/** A job as clients see it, result and all. */
export function describeJob({ events }: Pick<Service, 'events'>, record: JobRecord): Job {
  return { ...summarise(record, events.lastProgress(record.id)), result: record.result };
}

/** @throws Problem `not-found` */
export function findJob({ store }: Pick<Service, 'store'>, id: unknown): JobRecord {
  const job = store.get(String(id));
  if (job) return job;
  throw new Problem('not-found', 'job: expected the id of one that is kept');
}

/** Jobs: ask for, look at, cancel. */
export function jobRoutes(service: Service): Route[] {
  const { store, queue, events } = service;
  return [
    {
      method: 'post',
      path: '/v1/jobs',
      id: 'createJob',
      summary: 'Ask for a job. The same request for the same model, pictures and version is the same job',
      body: { type: 'application/json', schema: JobRequestSchema },
      answers: {
        200: { description: 'The job was there already', schema: JobSchema },
        201: { description: 'A new job, at its Location', schema: JobSchema },
      },
      problems: [413, 415, 422, 503, 507],
      async handle({ body, response }) {
        const { job, created } = await queue.submit(body as JobRequest);
        response
          .status(created ? 201 : 200)
          .location(`/v1/jobs/${job.id}`)
          .json(describeJob(service, job));
      },
    },
    {
      method: 'get',
      path: '/v1/jobs',
      id: 'listJobs',
      summary: 'Jobs, newest first',
      query: ListQuery,
      answers: { 200: { description: 'A part of the list', schema: ListSchema } },
      problems: [],
      handle({ query, response }) {
        const { state, ...page } = query as Page & { state?: JobState };
        const jobs = store
          .all()
          .reverse()
          .filter((job) => state === undefined || job.state === state);
        const { items, next } = pageOf(jobs, page);
        response.json({ jobs: items.map((job) => summarise(job, events.lastProgress(job.id))), next });
      },
    },
    {
      method: 'get',
      path: '/v1/jobs/{id}',
      id: 'getJob',
      summary: 'One job, with its result',
      answers: { 200: { description: 'The job', schema: JobSchema } },
      problems: [404],
      handle({ request, response }) {
        response.json(describeJob(service, findJob(service, request.params['id'])));
      },
    },
    {
      method: 'get',
      path: '/v1/jobs/{id}/contact-sheet.png',
      id: 'getContactSheet',
      summary:
        'The characters of a generate job in rows, their views in columns; the first fifty where there are more',
      answers: { 200: { description: 'The picture', type: 'image/png' } },
      problems: [404],
      handle({ request, response }) {
        const job = findJob(service, request.params['id']);
        return sendStored(response, store.out(job.id), 'contact-sheet.png');
      },
    },
    {
      method: 'delete',
      path: '/v1/jobs/{id}',
      id: 'deleteJob',
      summary: 'Stop a job and remove it with all that it made. Answers when it has stopped',
      answers: { 204: { description: 'It is gone' } },
      problems: [404],
      async handle({ request, response }) {
        await queue.remove(findJob(service, request.params['id']).id);
        response.status(204).end();
      },
    },
  ];
}
