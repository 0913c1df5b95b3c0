import { float32, float32Data, type Runtime, readImageInput } from '../../graph/index.ts';
import { type Normalisation, normalise, type RgbImage } from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';
import type { FeatureNet, YawReader } from './readers.ts';

/** Names of the ways in which networks of the literature want their colours. */
export type NormalisationName = '-1..1' | '0..1' | '0..255' | 'imagenet' | 'clip';

export const NORMALISATIONS: Readonly<Record<NormalisationName, Normalisation>> = {
  '-1..1': '-1..1',
  '0..1': '0..1',
  '0..255': { mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] },
  imagenet: 'imagenet',
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711] },
};

/** A network of the user's. */
export interface OnnxFile {
  readonly path: string;
  readonly normalisation: NormalisationName;
}

interface Use {
  /** The command line's option, for messages. */
  readonly option: string;
  /** Side of the pictures where the model takes any. */
  readonly side: number;
  /** The output of this name is taken where there is one, else the first. */
  readonly output: string;
}

/** Pictures of one run, where the model takes any number. */
const BATCH = 16;

/** Degrees: heads of portraits turn no farther. */
const YAW_REACH = 90;

const fileName = (path: string): string => path.split(/[\\/]/).at(-1)!;

/**
 * Features by an ONNX file: Inception-v3 (pool, 299²), ArcFace (112²), CLIP (224²), or any network of one input float32
 * [N,3,H,W] whose output `features` (or `identity`; else the first) is float32 [N,…], flattened.
 * @throws PipelineError `reader-missing`, `reader-signature`
 */
export async function openFeatureFile(
  platform: Pick<Platform, 'files' | 'runtime'>,
  file: OnnxFile,
  use: Use,
): Promise<FeatureNet> {
  return { name: fileName(file.path), features: await openVectors(platform, file, use) };
}

/**
 * Yaw by an ONNX file of one input float32 [N,3,H,W]: the first number of its output `yaw` (else of its first output), in
 * degrees, positive to the viewer's right.
 * @throws PipelineError `reader-missing`, `reader-signature`
 */
export async function openYawFile(
  platform: Pick<Platform, 'files' | 'runtime'>,
  file: OnnxFile,
): Promise<YawReader> {
  const read = await openVectors(platform, file, { option: '--yaw-reader', side: 224, output: 'yaw' });
  return {
    name: fileName(file.path),
    reach: YAW_REACH,
    read: async (pictures) => (await read(pictures)).map(([yaw]) => yaw!),
  };
}

async function openVectors(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  { path, normalisation }: OnnxFile,
  { option, side, output: wanted }: Use,
): Promise<FeatureNet['features']> {
  if (!(await files.exists(path)))
    throw new PipelineError('reader-missing', `${option}: expected an ONNX model at ${path}, found none`);
  const { input, session } = await load(runtime, await files.read(path), `${option} ${path}`);
  const output = session.outputNames.includes(wanted) ? wanted : session.outputNames[0]!;
  const [width, height] = [input.width ?? side, input.height ?? side];
  const size = 3 * width * height;
  return async (pictures) => {
    const vectors: Float32Array[] = [];
    const batch = input.batch ?? BATCH;
    for (let start = 0; start < pictures.length; start += batch) {
      const part = pictures.slice(start, start + batch);
      // A model of a fixed number of pictures gets as many; the last ones stay black.
      const data = new Float32Array((input.batch ?? part.length) * size);
      part.forEach((picture, k) => {
        data.set(normalise(picture, width, height, NORMALISATIONS[normalisation]), k * size);
      });
      const count = data.length / size;
      const outputs = await session
        .run({ [input.name]: float32(data, [count, 3, height, width]) }, [output])
        .catch((error: Error) => {
          throw signature(
            `${option} ${path}`,
            `the model refused [${count},3,${height},${width}]: ${error.message}`,
          );
        });
      const all = floats(outputs, output, `${option} ${path}`);
      const length = all.length / count;
      part.forEach((_: RgbImage, k) => void vectors.push(all.slice(k * length, (k + 1) * length)));
    }
    return vectors;
  };
}

async function load(runtime: Runtime, model: Uint8Array, what: string) {
  try {
    return { input: readImageInput(model), session: await runtime.load(model) };
  } catch (error) {
    throw signature(what, (error as Error).message);
  }
}

function floats(outputs: Parameters<typeof float32Data>[0], output: string, what: string): Float32Array {
  const { dtype, shape } = outputs[output] ?? { dtype: 'nothing', shape: [] };
  if (dtype !== 'float32')
    throw signature(what, `expected output ${output} float32 [N,…], got ${dtype} [${shape.join(',')}]`);
  const data = float32Data(outputs, output);
  if (!data.every(Number.isFinite))
    throw signature(what, `output ${output} holds values that are no numbers`);
  return data;
}

const signature = (what: string, why: string) => new PipelineError('reader-signature', `${what}: ${why}`);
