import { z } from 'zod';
import { readModelManifest } from '../../pipeline/model-manifest.ts';
import { createFiles } from '../../platform/files.ts';
import type { Route } from '../http/route.ts';
import { receiveUpload, UploadSlots } from '../http/upload.ts';
import { JobSchema } from '../jobs/job.ts';
import { type ImportRequest, UploadQuerySchema } from '../jobs/job-request.ts';
import type { Service } from '../service.ts';
import { describeJob } from './job-routes.ts';

const model = z.object({
  name: z.string(),
  /** SHA-256 that characters carry. */
  hash: z.string(),
  resolution: z.int(),
  licence: z.string(),
  attribution: z.string(),
  /** False: degrees are estimates. */
  calibrated: z.boolean(),
  refined: z.boolean(),
  direction: z.string().nullable(),
});

const ListSchema = z.object({ models: z.array(model.meta({ id: 'Model' })) }).meta({ id: 'ModelList' });

/** Models: those that are there, and uploads of new ones. */
export function modelRoutes(service: Service): Route[] {
  const { folders, queue, settings } = service;
  const files = createFiles();
  const slots = new UploadSlots();
  return [
    {
      method: 'get',
      path: '/v1/models',
      id: 'listModels',
      summary: 'Models that jobs can name',
      answers: { 200: { description: 'All models', schema: ListSchema } },
      problems: [],
      async handle({ response }) {
        const models = [];
        for (const name of await folders.models()) {
          // A model that cannot be read is no reason not to list the others.
          const loaded = await readModelManifest(files, await folders.model(name)).catch(() => null);
          if (!loaded) continue;
          const { resolution, licence, attribution, calibrated, refiner, direction } = loaded.manifest;
          models.push({
            name,
            hash: loaded.hash,
            resolution,
            licence,
            attribution,
            calibrated,
            refined: refiner !== null,
            direction: direction?.id ?? null,
          });
        }
        response.json({ models });
      },
    },
    {
      method: 'post',
      path: '/v1/models',
      id: 'createModel',
      summary: 'Upload a StyleGAN2 checkpoint (.pkl or .pt); a job imports it. No code in it is run',
      query: UploadQuerySchema,
      body: { type: 'application/octet-stream' },
      answers: {
        200: { description: 'This checkpoint has been uploaded by that name already', schema: JobSchema },
        201: { description: 'The job that imports it, at its Location', schema: JobSchema },
      },
      problems: [409, 413, 415, 422, 503, 507],
      async handle({ request, response, query }) {
        const asked: ImportRequest = { kind: 'import', ...(query as Omit<ImportRequest, 'kind'>) };
        // Before a byte is read: what cannot be taken need not be sent.
        queue.refuseIfFull();
        const { job, created } = await slots.use(async () => {
          const upload = await receiveUpload(request, service.store, asked.name, settings.maxUploadBytes);
          try {
            const submitted = await queue.submit(asked, upload);
            if (!submitted.created) await service.store.remove(upload.id);
            return submitted;
          } catch (error) {
            await service.store.remove(upload.id);
            throw error;
          }
        });
        response
          .status(created ? 201 : 200)
          .location(`/v1/jobs/${job.id}`)
          .json(describeJob(service, job));
      },
    },
  ];
}
