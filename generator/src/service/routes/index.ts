import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { openApiDocument } from '../openapi.ts';
import type { Service } from '../service.ts';
import { assetRoutes } from './asset-routes.ts';
import { eventRoute } from './event-route.ts';
import { jobRoutes } from './job-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { previewRoutes } from './preview-routes.ts';

/** Every route of the service. */
export function allRoutes(service: Service): Route[] {
  const document: Route = {
    method: 'get',
    path: '/v1/openapi.json',
    id: 'openapi',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    problems: [],
    handle({ response }) {
      response.json(openApi);
    },
  };
  const routes = [
    ...modelRoutes(service),
    ...jobRoutes(service),
    eventRoute(service),
    ...previewRoutes(service),
    ...assetRoutes(service),
    document,
    ...operationRoutes(service),
  ];
  const openApi = openApiDocument(routes);
  return routes;
}
