import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../pipeline/files.ts';

/** Names of writes that have not been finished: hidden, and never listed. */
const PARTIAL = /^\.(.+)\.[0-9a-f]{12}\.partial$/;

/** What file systems without hard links say. There, two at once may both write, one after the other. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
}

const names = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** The file system of this machine. Errors are Node's own, with the path in their message. */
export function createFiles(): Files {
  return {
    async read(path) {
      return new Uint8Array(await readFile(path));
    },
    async write(path, bytes) {
      await withPartial(path, bytes, (partial) => rename(partial, path));
    },
    async create(path, bytes) {
      return withPartial(path, bytes, async (partial) => {
        // Unlike a rename, a link never replaces what stands under its name.
        const code = await link(partial, path).then(
          () => null,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'EEXIST' || NO_LINKS.has(error.code ?? '')) return error.code;
            throw error;
          },
        );
        if (NO_LINKS.has(code ?? '') && !(await isThere(path))) {
          await rename(partial, path);
          return true;
        }
        await rm(partial);
        return code === null;
      });
    },
    exists: isThere,
    async list(path) {
      return (await names(path)).filter((name) => !PARTIAL.test(name)).sort();
    },
    async clearPartials(folder, wanted) {
      const of = new Set(wanted);
      for (const name of await names(folder)) {
        const target = PARTIAL.exec(name)?.[1];
        if (target !== undefined && of.has(target)) await rm(join(folder, name), { force: true });
      }
    },
    async remove(path) {
      await rm(path, { recursive: true, force: true });
    },
    sha256(bytes) {
      return createHash('sha256').update(bytes).digest('hex');
    },
  };
}

/** Writes bytes under a hidden name beside `path`, whole and on the disk, hands them to `place`, and leaves nothing. */
async function withPartial<T>(
  path: string,
  bytes: Uint8Array | string,
  place: (partial: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // The same folder, so that the step stays within one file system and is atomic.
  const partial = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(bytes);
      // Without this, a crash of the machine can leave the new name with old or no content.
      await file.sync();
    } finally {
      await file.close();
    }
    return await place(partial);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
