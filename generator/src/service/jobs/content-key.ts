import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VERSION } from '../../version.ts';
import type { AnyRequest } from './job-request.ts';
import type { JobTask } from './job-runner.ts';

/**
 * SHA-256 of all that a job's result depends on: the request with its defaults, the models as they stand, the
 * pictures, the upload, and this version. Two requests of one key have one result.
 */
export async function contentKey(
  request: AnyRequest,
  folders: Pick<JobTask['folders'], 'model' | 'against' | 'images' | 'from'>,
  uploadHash: string | null,
): Promise<string> {
  const models = uploadHash === null ? [folders.model, folders.from, ...folders.against] : [];
  const inputs = {
    models: await Promise.all(models.map((folder) => folder && modelHash(folder))),
    images: folders.images && (await pictures(folders.images)),
    upload: uploadHash,
  };
  const identity = JSON.stringify([VERSION, sorted(request), inputs]);
  return createHash('sha256').update(identity).digest('hex');
}

/** The hash that characters carry: of `model.json`, which holds those of all other files. */
const modelHash = async (folder: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(join(folder, 'model.json')))
    .digest('hex');

/** Names, sizes and times stand for the pictures' content: reading hundreds of them would hold up the answer. */
async function pictures(folder: string): Promise<unknown> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return [name, size, mtimeMs];
    }),
  );
}

/** Entries in one order, whatever the client's. */
const sorted = (request: AnyRequest): unknown =>
  Object.entries(request).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
