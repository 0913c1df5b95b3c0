import { z } from 'zod';
import { PAGE_QUERY, type Page, pageOf } from '../http/paging.ts';
import type { Route } from '../http/route.ts';
import { sendStored } from '../http/send-file.ts';
import { Problem } from '../problem.ts';
import type { Service } from '../service.ts';

const ListQuery = z.strictObject(PAGE_QUERY);
const asset = z
  .object({ id: z.string(), bytes: z.int(), file: z.string(), job: z.string(), href: z.string() })
  .meta({ id: 'Asset' });
const ListSchema = z
  .object({ assets: z.array(asset), next: z.string().nullable() })
  .meta({ id: 'AssetList' });

/** Characters that jobs have made, by the hash of their content. */
export function assetRoutes({ store }: Service): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/assets',
      id: 'listAssets',
      summary: 'Characters, newest jobs first',
      query: ListQuery,
      answers: { 200: { description: 'A part of the list', schema: ListSchema } },
      problems: [],
      handle({ query, response }) {
        const all = new Map<string, z.infer<typeof asset>>();
        for (const job of store.all().reverse())
          for (const { id, bytes, file } of job.assets)
            if (!all.has(id)) all.set(id, { id, bytes, file, job: job.id, href: `/v1/assets/${id}.glb` });
        const { items, next } = pageOf([...all.values()], query as Page);
        response.json({ assets: items, next });
      },
    },
    {
      method: 'get',
      path: '/v1/assets/{id}.glb',
      id: 'getAsset',
      summary: 'A character. Its content never changes; Range and If-None-Match are understood',
      headers: { Range: 'one range of bytes', 'If-None-Match': 'an ETag' },
      answers: {
        200: { description: 'The file', type: 'model/gltf-binary' },
        206: { description: 'The range that was asked for', type: 'model/gltf-binary' },
        304: { description: 'The client has it' },
      },
      problems: [404, 416],
      handle({ request, response }) {
        const found = store.asset(String(request.params['id']));
        if (!found) throw new Problem('not-found', 'asset: expected the id of one that is kept');
        const { job, asset: known } = found;
        // fetch sends no-cache with every If-None-Match; an address's content never changes, so it asks for nothing more.
        delete request.headers['cache-control'];
        response.type('model/gltf-binary').set('ETag', `"${known.id}"`);
        // The name comes from the record, where it is one component; `root` holds it there all the same.
        return sendStored(response, store.out(job.id), known.file, {
          'Cache-Control': 'private, max-age=31536000, immutable',
        });
      },
    },
  ];
}
