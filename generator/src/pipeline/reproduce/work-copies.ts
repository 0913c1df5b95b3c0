import type { Files } from '../files.ts';
import {
  type ModelManifest,
  readModelFile,
  readModelManifest,
  writeModelManifest,
} from '../model-manifest.ts';

/**
 * Copies a model folder's files and its manifest, changed; a copy that is there already is kept, with what it has learned.
 * @param change of the manifest; files that it no longer lists are not copied
 */
export async function copyModel(
  files: Files,
  from: string,
  to: string,
  change: (manifest: ModelManifest) => ModelManifest,
): Promise<void> {
  if (await files.exists(`${to}/model.json`)) return;
  const next = change((await readModelManifest(files, from)).manifest);
  for (const name of Object.keys(next.files))
    await files.write(`${to}/${name}`, await readModelFile(files, from, next, name));
  // Last: a copy without it is none, and is begun again.
  await writeModelManifest(files, to, next);
}
