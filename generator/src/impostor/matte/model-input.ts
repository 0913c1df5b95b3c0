import { type ImageInput, readImageInput } from '../../graph/index.ts';
import { MatteError } from './matte.ts';

/** What a matting model takes. */
export type ModelInput = ImageInput;

/**
 * Reads the one input of a matting model off its file: float32 [N,3,H,W].
 * @throws MatteError `model-signature` where the file is no ONNX model, or takes anything else
 */
export function readModelInput(model: Uint8Array): ModelInput {
  try {
    return readImageInput(model);
  } catch (error) {
    throw new MatteError('model-signature', `matte: ${(error as Error).message}`);
  }
}
