import { readdir, realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import { type FoundFile, nameIn, send, sendFile } from './serve-file.ts';

/** A character's file. */
export interface CharacterFile {
  /** Below the folder, with '/': `demo/3.glb`. */
  readonly path: string;
  readonly bytes: number;
}

const DEEPEST = 4;

/** Serves a folder's characters under `/out/`, and the list of them as `/out/index.json`. */
export function characterFolder(folder: string): Plugin {
  return {
    name: 'turnaround:character-folder',
    configureServer({ middlewares }) {
      middlewares.use('/out', (request, response) => {
        answer(folder, request, response).catch(() => send(response, 500, 'the folder could not be read'));
      });
    },
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = nameIn(request.url ?? '/');
  if (name === 'index.json') {
    response.setHeader('content-type', 'application/json');
    return send(response, 200, JSON.stringify(await listCharacters(folder)));
  }
  const found = name === null ? null : await findCharacter(folder, name);
  if (!found) return send(response, 404, 'no such character');
  sendFile(response, found, 'model/gltf-binary');
}

/** The real path of a `.glb` of the folder; null for anything else, links that lead out of the folder included. */
export async function findCharacter(folder: string, name: string): Promise<FoundFile | null> {
  if (!name.endsWith('.glb') || name.includes('\0')) return null;
  try {
    const base = await realpath(folder);
    const path = await realpath(join(base, name));
    if (!path.startsWith(base + sep) || !path.endsWith('.glb')) return null;
    const found = await stat(path);
    return found.isFile() ? { path, bytes: found.size } : null;
  } catch {
    return null;
  }
}

/** All characters of a folder: those of `demo` first, then by name with numbers in their order. */
export async function listCharacters(folder: string): Promise<CharacterFile[]> {
  const found: CharacterFile[] = [];
  await collect(folder, folder, 0, found);
  const isDemo = ({ path }: CharacterFile): number => (path.startsWith('demo/') ? 0 : 1);
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => isDemo(a) - isDemo(b) || order.compare(a.path, b.path));
}

async function collect(folder: string, inside: string, depth: number, found: CharacterFile[]): Promise<void> {
  const entries = await readdir(inside, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(inside, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) await collect(folder, path, depth + 1, found);
    if (!entry.isFile() || !entry.name.endsWith('.glb')) continue;
    const { size } = await stat(path);
    found.push({ path: relative(folder, path).split(sep).join('/'), bytes: size });
  }
}
