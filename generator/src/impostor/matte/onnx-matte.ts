import { float32, type Runtime, type Session, type TensorValue } from '../../graph/index.ts';
import type { RgbImage } from '../image.ts';
import { decontaminate } from './decontaminate.ts';
import { checkViews, type Matte, MatteError } from './matte.ts';
import { type ModelInput, readModelInput } from './model-input.ts';
import { type Normalisation, normalise } from './normalise.ts';
import { resample } from './resample.ts';

export interface OnnxMatteOptions {
  /** For people; the file's name. */
  readonly name: string;
  /** Side of the square the model sees, in pixels. null: what its input says, or else the picture's own size, rounded up to 32. */
  readonly size: number | null;
  readonly normalisation: Normalisation;
  /** Which output is the matte. null: the first. */
  readonly output: string | null;
  /**
   * What turns the output into coverage: nothing, or the sigmoid (of two channels: the softmax). `auto` leaves
   * values of 0..1 alone and takes anything beyond as logits.
   */
  readonly activation: 'auto' | 'none' | 'logits';
}

/** What U²-Net, IS-Net and BiRefNet exports expect. */
export const ONNX_MATTE_DEFAULTS: OnnxMatteOptions = {
  name: 'model',
  size: null,
  normalisation: 'imagenet',
  output: null,
  activation: 'auto',
};

/** Sizes that networks with five halvings take without padding. */
const SIZE_MULTIPLE = 32;

/**
 * A matte by any ONNX matting or saliency model of one input, float32 [N,3,H,W], and an output [N,1,H,W],
 * [N,H,W] or [N,2,H,W] (backdrop, subject). Views are stretched to the model's size and the matte back.
 * @param model  the file's bytes
 * @throws MatteError `model-signature` for a file that is no such model
 */
export async function createOnnxMatte(
  runtime: Runtime,
  model: Uint8Array,
  options: Partial<OnnxMatteOptions> = {},
): Promise<Matte> {
  const settings = { ...ONNX_MATTE_DEFAULTS, ...options };
  const input = readModelInput(model);
  const session = await runtime.load(model);
  const output = settings.output ?? session.outputNames[0] ?? '';
  if (!session.outputNames.includes(output))
    throw new MatteError(
      'model-signature',
      `matte: expected an output named ${output}, got ${session.outputNames.join(', ')}`,
    );
  return {
    name: settings.name,
    async cut(views) {
      checkViews(views);
      const cutouts = [];
      for (const view of views)
        cutouts.push(decontaminate(view, await predict(session, input, output, view, settings)));
      return cutouts;
    },
    async cover(views) {
      checkViews(views);
      const covers = [];
      for (const view of views) covers.push(await predict(session, input, output, view, settings));
      return covers;
    },
  };
}

async function predict(
  session: Session,
  input: ModelInput,
  output: string,
  view: RgbImage,
  settings: OnnxMatteOptions,
): Promise<Float32Array> {
  const roundUp = (pixels: number): number => SIZE_MULTIPLE * Math.ceil(pixels / SIZE_MULTIPLE);
  const width = settings.size ?? input.width ?? roundUp(view.width);
  const height = settings.size ?? input.height ?? roundUp(view.height);
  const feeds = {
    [input.name]: float32(normalise(view, width, height, settings.normalisation), [1, 3, height, width]),
  };
  const outputs = await session.run(feeds, [output]).catch((error: Error) => {
    throw new MatteError(
      'model-signature',
      `matte: the model refused [1,3,${height},${width}]: ${error.message}`,
    );
  });
  const matte = coverageOf(outputs[output], output, settings.activation);
  return resample(matte.data, matte.width, matte.height, view.width, view.height);
}

/** The subject's coverage, 0..1, from an output of any of the known shapes. */
function coverageOf(
  value: TensorValue | undefined,
  name: string,
  activation: OnnxMatteOptions['activation'],
): { data: Float32Array; width: number; height: number } {
  const shape = value?.shape ?? [];
  const channels = shape.length === 3 ? 1 : shape[1];
  if (
    !(value?.data instanceof Float32Array) ||
    shape[0] !== 1 ||
    (shape.length !== 3 && shape.length !== 4) ||
    (channels !== 1 && channels !== 2)
  )
    throw new MatteError(
      'model-output',
      `matte: expected output ${name} float32 [N,1,H,W], [N,H,W] or [N,2,H,W], got ${value?.dtype ?? 'nothing'} [${shape.join(',')}]`,
    );
  const [height, width] = shape.slice(-2) as [number, number];
  const size = width * height;
  const raw = value.data;
  if (!raw.every(Number.isFinite))
    throw new MatteError('model-output', `matte: output ${name} holds values that are no numbers`);
  const logits = activation === 'logits' || (activation === 'auto' && raw.some((x) => x < -0.01 || x > 1.01));
  const data = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const subject = raw[(channels - 1) * size + i]!;
    const against = channels === 2 ? raw[i]! : 0;
    data[i] = logits ? 1 / (1 + Math.exp(against - subject)) : Math.min(1, Math.max(0, subject));
  }
  return { data, width, height };
}
