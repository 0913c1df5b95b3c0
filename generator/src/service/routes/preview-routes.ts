import { radians } from '@turnaround/plugin/asset';
import type { Route } from '../http/route.ts';
import { type PreviewRequest, PreviewRequestSchema } from '../previews/preview-request.ts';
import type { Service } from '../service.ts';

/** Characters that nobody keeps: what a panel shows while its sliders move. */
export function previewRoutes({ folders, previews }: Service): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/previews',
      id: 'createPreview',
      summary:
        'Draw a few views of a subject at once, without a job; nothing is kept. One whose client leaves before its turn is not drawn',
      body: { type: 'application/json', schema: PreviewRequestSchema },
      answers: { 200: { description: 'A character of these views', type: 'model/gltf-binary' } },
      problems: [413, 415, 422, 503],
      async handle({ body, response }) {
        const { model, yaws, edits = {}, ...rest } = body as PreviewRequest;
        const folder = await folders.model(model);
        const gone = new AbortController();
        response.once('close', () => gone.abort());
        const task = { ...rest, edits, folder, yaws: yaws.map(radians) };
        const bytes = await previews.make(task, gone.signal);
        if (bytes) response.type('model/gltf-binary').send(Buffer.from(bytes));
        else response.destroy();
      },
    },
  ];
}
