import { degrees } from '@turnaround/plugin/asset';
import { z } from 'zod';
import type { Files } from '../../pipeline/files.ts';
import { type LoadedManifest, readModelManifest } from '../../pipeline/model-manifest.ts';
import { readSliderDirections } from '../../pipeline/slider-directions.ts';
import { defaultRange } from '../../pipeline/sweep.ts';
import { createFiles } from '../../platform/files.ts';
import type { Route } from '../http/route.ts';
import { receiveUpload, UploadSlots } from '../http/upload.ts';
import { JobSchema } from '../jobs/job.ts';
import { type ImportRequest, UploadQuerySchema } from '../jobs/job-request.ts';
import { Problem } from '../problem.ts';
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

const DetailsSchema = model
  .extend({
    /** Degrees of yaw that are drawn where nobody says; null where nothing turns its subjects. */
    range: z.object({ from: z.number(), to: z.number() }).nullable(),
    /** What `edits` can name. */
    directions: z.array(z.string()),
  })
  .meta({ id: 'ModelDetails' });

const ListSchema = z.object({ models: z.array(model.meta({ id: 'Model' })) }).meta({ id: 'ModelList' });

function describeModel(name: string, { hash, manifest }: LoadedManifest): z.infer<typeof model> {
  const { resolution, licence, attribution, calibrated, refiner, direction } = manifest;
  const refined = refiner !== null;
  return {
    name,
    hash,
    resolution,
    licence,
    attribution,
    calibrated,
    refined,
    direction: direction?.id ?? null,
  };
}

async function detailModel(
  files: Files,
  name: string,
  folder: string,
): Promise<z.infer<typeof DetailsSchema>> {
  const loaded = await readModelManifest(files, folder);
  const { manifest } = loaded;
  const range = manifest.direction && defaultRange(manifest.direction, manifest);
  const directions = await readSliderDirections(files, folder, manifest);
  return {
    ...describeModel(name, loaded),
    range: range && { from: tidy(range.minimum), to: tidy(range.maximum) },
    directions: directions.map((one) => one.name),
  };
}

/** Radians of whole degrees as whole degrees. */
const tidy = (yaw: number): number => Number(degrees(yaw).toFixed(6));

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
          models.push(describeModel(name, loaded));
        }
        response.json({ models });
      },
    },
    {
      method: 'get',
      path: '/v1/models/{name}',
      id: 'getModel',
      summary: 'One model, with the directions that edits can name',
      answers: { 200: { description: 'The model', schema: DetailsSchema } },
      problems: [404],
      async handle({ request, response }) {
        const name = String(request.params['name']);
        if (!(await folders.models()).includes(name))
          throw new Problem('not-found', 'model: expected one that GET /v1/models lists');
        const details = await detailModel(files, name, await folders.model(name)).catch(() => null);
        if (!details) throw new Problem('not-found', 'model: expected one whose files can be read');
        response.json(details);
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
