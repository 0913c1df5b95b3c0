import type { Files } from '../pipeline/files.ts';
import { createFiles } from './files.ts';
import { createS3Files, S3_SCHEME } from './s3-files.ts';

/**
 * Files of this machine and, under s3://bucket/key, of S3-compatible storage.
 * @param endpoint  of storage other than Amazon's; null: as the environment says
 */
export function createStorage(endpoint: string | null): Files {
  const local = createFiles();
  let remote: Files | null = null;
  const at = (path: string): Files => {
    if (!path.startsWith(S3_SCHEME)) return local;
    remote ??= createS3Files(endpoint);
    return remote;
  };
  return {
    read: (path) => at(path).read(path),
    write: (path, bytes) => at(path).write(path, bytes),
    create: (path, bytes) => at(path).create(path, bytes),
    exists: (path) => at(path).exists(path),
    list: (path) => at(path).list(path),
    clearPartials: (folder, names) => at(folder).clearPartials(folder, names),
    remove: (path) => at(path).remove(path),
    sha256: (bytes) => local.sha256(bytes),
  };
}
