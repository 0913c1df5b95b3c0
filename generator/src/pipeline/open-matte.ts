import { createFlatMatte, createOnnxMatte, type Matte } from '../impostor/matte/index.ts';
import type { Files } from './files.ts';
import { PipelineError, type Platform } from './platform.ts';

/** The matte of an ONNX model, or the one for flat backdrops where no path is given. */
export async function openMatte({ files, runtime }: Platform, path: string | null): Promise<Matte> {
  if (path === null) return createFlatMatte();
  return createOnnxMatte(runtime, await readMatte(files, path), { name: matteName(path) });
}

/** What records call the matte that `openMatte` opens. */
export const matteName = (path: string | null): string =>
  path === null ? createFlatMatte().name : path.split(/[\\/]/).at(-1)!;

/** What tells one matte from another in the key of a training: an ONNX model's SHA-256, else the matte's name. */
export async function matteIdentity(files: Files, path: string | null): Promise<string> {
  return path === null ? createFlatMatte().name : files.sha256(await readMatte(files, path));
}

async function readMatte(files: Files, path: string): Promise<Uint8Array> {
  if (!(await files.exists(path)))
    throw new PipelineError('matte-missing', `matte: expected an ONNX model at ${path}, found none`);
  return files.read(path);
}
