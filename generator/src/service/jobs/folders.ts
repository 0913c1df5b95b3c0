import { cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import { NAME } from './job-request.ts';

/** The roots that names stand for folders below. */
export interface Roots {
  readonly models: string;
  readonly images: string;
  readonly data: string;
}

/**
 * Maps names to folders. A name is looked up in its root's listing and never joined to a path before it was found
 * there, so that what a client sends cannot lead anywhere else.
 */
export class Folders {
  readonly #roots: Roots;

  constructor(roots: Roots) {
    this.#roots = roots;
  }

  /** Names of the folders below the root of models that hold a `model.json`, sorted. */
  async models(): Promise<string[]> {
    const names = await foldersIn(this.#roots.models);
    const whole = await Promise.all(
      names.map((name) => isFile(join(this.#roots.models, name, 'model.json'))),
    );
    return names.filter((_, k) => whole[k]);
  }

  async model(name: string): Promise<string> {
    if ((await this.models()).includes(name)) return join(this.#roots.models, name);
    throw new Problem('unknown-name', `model: expected one that GET /v1/models lists, got ${name}`);
  }

  async imageSet(name: string): Promise<string> {
    if ((await foldersIn(this.#roots.images)).includes(name)) return join(this.#roots.images, name);
    throw new Problem('unknown-name', `images: expected a folder below the root of image sets, got ${name}`);
  }

  /** Whether anything stands where a model of this name would. Case is ignored, as some file systems do. */
  async isTaken(name: string): Promise<boolean> {
    return (await list(this.#roots.models)).some((known) => known.toLowerCase() === name.toLowerCase());
  }

  /** Puts a finished model folder among the models, in one step. */
  async publishModel(name: string, folder: string): Promise<void> {
    if (await this.isTaken(name))
      throw new Problem(
        'conflict',
        `model ${name}: expected a name that is free, got one that has been taken meanwhile`,
      );
    const target = join(this.#roots.models, name);
    try {
      await rename(folder, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      // Another file system: copied beside its place under a hidden name, so that no half model is ever listed.
      const partial = join(this.#roots.models, `.${name}.partial`);
      await rm(partial, { recursive: true, force: true });
      await cp(folder, partial, { recursive: true });
      await rename(partial, target);
    }
  }

  /** A message less where this machine keeps things. */
  withoutRoots(message: string): string {
    return message
      .replaceAll(this.#roots.data, 'data')
      .replaceAll(this.#roots.models, 'models')
      .replaceAll(this.#roots.images, 'images');
  }
}

async function foldersIn(root: string): Promise<string[]> {
  const names = (await list(root)).filter((name) => NAME.test(name)).sort();
  const kinds = await Promise.all(names.map((name) => stat(join(root, name)).catch(() => null)));
  return names.filter((_, k) => kinds[k]?.isDirectory());
}

async function list(root: string): Promise<string[]> {
  return readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
