import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../pipeline/files.ts';

/** Names of writes that have not been finished: hidden, and never listed. */
const PARTIAL = /^\..+\.[0-9a-f]{12}\.partial$/;

/** The file system of this machine. Errors are Node's own, with the path in their message. */
export function createFiles(): Files {
  return {
    async read(path) {
      return new Uint8Array(await readFile(path));
    },
    async write(path, bytes) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      // The same folder, so that the rename stays within one file system and is atomic.
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
        await rename(partial, path);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    async exists(path) {
      return stat(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
          throw error;
        },
      );
    },
    async list(path) {
      const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      return names.filter((name) => !PARTIAL.test(name)).sort();
    },
    async remove(path) {
      await rm(path, { recursive: true, force: true });
    },
    sha256(bytes) {
      return createHash('sha256').update(bytes).digest('hex');
    },
  };
}
