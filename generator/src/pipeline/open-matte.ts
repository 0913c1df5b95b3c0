import { createFlatMatte, createOnnxMatte, type Matte } from '../impostor/matte/index.ts';
import { PipelineError, type Platform } from './platform.ts';

/** The matte of an ONNX model, or the one for flat backdrops where no path is given. */
export async function openMatte({ files, runtime }: Platform, path: string | null): Promise<Matte> {
  if (path === null) return createFlatMatte();
  if (!(await files.exists(path)))
    throw new PipelineError('matte-missing', `matte: expected an ONNX model at ${path}, found none`);
  return createOnnxMatte(runtime, await files.read(path), { name: path.split(/[\\/]/).at(-1)! });
}
