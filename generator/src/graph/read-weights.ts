import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { fromHalfArray } from './half.ts';
import { FLOAT, FLOAT16, HALF_ENDING } from './half-weights.ts';
import type { Weights } from './parameters.ts';

/**
 * The weights of a written net, for `frozenParameters` or to train on from: its float32 constants by their names,
 * those in half precision widened, under the names that they had before `halveWeights`. Constants of its arithmetic are
 * among them, by names that no parameter has.
 * @param model ONNX, as `serialize` writes it
 */
export function readNetWeights(model: Uint8Array): Weights {
  const weights: Record<string, Float32Array> = {};
  for (const { name, dataType, rawData } of fromBinary(ModelProtoSchema, model).graph?.initializer ?? []) {
    // A copy: raw data stands anywhere in the file.
    const { buffer } = rawData.slice();
    if (dataType === FLOAT) weights[name] = new Float32Array(buffer);
    if (dataType === FLOAT16 && name.endsWith(HALF_ENDING))
      weights[name.slice(0, -HALF_ENDING.length)] = fromHalfArray(new Uint16Array(buffer));
  }
  return weights;
}
