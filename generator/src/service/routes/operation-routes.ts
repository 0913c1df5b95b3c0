import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import type { Service } from '../service.ts';

const StatusSchema = z.object({ status: z.literal('ok') });

/** For those who run the service: is it alive, does it take work, how is it. */
export function operationRoutes({ queue, metrics }: Service): Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      id: 'health',
      summary: 'Whether the process answers',
      open: true,
      answers: { 200: { description: 'It does', schema: StatusSchema } },
      problems: [],
      handle({ response }) {
        response.json({ status: 'ok' });
      },
    },
    {
      method: 'get',
      path: '/readyz',
      id: 'readiness',
      summary: 'Whether work is taken',
      open: true,
      answers: { 200: { description: 'It is', schema: StatusSchema } },
      problems: [503],
      handle({ response }) {
        if (queue.isStopping) throw new Problem('stopping', 'this service is about to end');
        response.json({ status: 'ok' });
      },
    },
    {
      method: 'get',
      path: '/metrics',
      id: 'metrics',
      summary: 'Figures for Prometheus',
      answers: { 200: { description: 'Text of version 0.0.4', type: 'text/plain' } },
      problems: [],
      async handle({ response }) {
        response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
      },
    },
  ];
}
