import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { type FoundFile, nameIn, send, sendFile } from './serve-file.ts';

/** What a browser fetches of a live model, and as what. */
const TYPES: Readonly<Record<string, string>> = {
  'live.json': 'application/json',
  'live.onnx': 'application/octet-stream',
  'live.half.onnx': 'application/octet-stream',
  'mapping.onnx': 'application/octet-stream',
};

export interface LiveModelsOptions {
  /** Folder of model folders. */
  readonly models: string;
  /** Where the networks go that a model folder lacks, in a folder of the model's name. */
  readonly built: string;
  /** A file that is written anew with what builds them: networks older than that are built again. */
  readonly builder?: string;
  /** Writes a model's `live.json` and networks. @param out path of `live.onnx` @throws Error that says why not */
  readonly build: (model: string, out: string) => Promise<void>;
}

/**
 * Serves models that draw in the browser under `/models/NAME/`. Networks that are not there, or are those of another
 * `model.json` or of an older builder, are built first; who asks meanwhile waits.
 */
export function liveModels(options: LiveModelsOptions): Plugin {
  const underWay = new Map<string, Promise<string>>();
  const folderOf = (model: string): Promise<string> => {
    const asked = underWay.get(model) ?? liveFolder(options, model).finally(() => underWay.delete(model));
    underWay.set(model, asked);
    return asked;
  };
  return {
    name: 'turnaround:live-models',
    configureServer({ middlewares }) {
      middlewares.use('/models', (request, response) => {
        answer(options.models, folderOf, request, response).catch((error: unknown) =>
          send(response, 500, error instanceof Error ? error.message : String(error)),
        );
      });
    },
  };
}

async function answer(
  models: string,
  folderOf: (model: string) => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [name = '', file = '', ...more] = nameIn(request.url ?? '/')?.split('/') ?? [];
  const type = more.length === 0 && Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
  const model = type ? await findModel(models, name) : null;
  const found = model && (await findFile(join(await folderOf(model), file)));
  if (!type || !found) return send(response, 404, 'no such model');
  sendFile(response, found, type);
}

/** The folder that has a model's networks, built where there are none. */
async function liveFolder({ built, builder, build }: LiveModelsOptions, model: string): Promise<string> {
  const manifest = await readFile(join(model, 'model.json'));
  const hash = createHash('sha256').update(manifest).digest('hex');
  const own = join(built, basename(model));
  if (await isLive(model, hash)) return model;
  if ((await isLive(own, hash)) && !(builder && (await isNewer(builder, join(own, 'live.json'))))) return own;
  await build(model, join(own, 'live.onnx'));
  return own;
}

/** The real path of a model folder; null for anything else, links that lead out of the folder of models included. */
async function findModel(models: string, name: string): Promise<string | null> {
  if (!/^\w[\w.-]*$/.test(name)) return null;
  try {
    const base = await realpath(models);
    const path = await realpath(join(base, name));
    return dirname(path) === base && (await findFile(join(path, 'model.json'))) ? path : null;
  } catch {
    return null;
  }
}

async function findFile(path: string): Promise<FoundFile | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? { path, bytes: found.size } : null;
}

/** Whether a file was written after another one. */
async function isNewer(path: string, than: string): Promise<boolean> {
  const [one, other] = await Promise.all([path, than].map((file) => stat(file).catch(() => null)));
  return !!one && !!other && one.mtimeMs > other.mtimeMs;
}

/** Whether a folder's networks are those of the `model.json` with this hash; `live.json` is written last. */
async function isLive(folder: string, hash: string): Promise<boolean> {
  try {
    const { modelHash } = JSON.parse(await readFile(join(folder, 'live.json'), 'utf8')) as {
      modelHash?: unknown;
    };
    return modelHash === hash && (await findFile(join(folder, 'live.onnx'))) !== null;
  } catch {
    return false;
  }
}
