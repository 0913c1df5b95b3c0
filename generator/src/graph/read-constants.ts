import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { fromHalfArray } from './half.ts';
import type { Weights } from './parameters.ts';

/** ONNX's numbers for element types. */
const [FLOAT, FLOAT16] = [1, 10];

/** What `halveWeights` adds to the names of constants that it stores in half precision. */
const HALF = /\.half$/;

/**
 * The float constants of a model that `serialize` wrote, by the names that its network's parameters had, so that
 * `frozenParameters` can build the same network into another graph. Halves come back as float32.
 */
export function readConstants(model: Uint8Array): Weights {
  const weights: Record<string, Float32Array> = {};
  for (const { name, dataType, rawData } of fromBinary(ModelProtoSchema, model).graph?.initializer ?? []) {
    const { buffer } = rawData.slice();
    if (dataType === FLOAT) weights[name] = new Float32Array(buffer);
    else if (dataType === FLOAT16) weights[name.replace(HALF, '')] = fromHalfArray(new Uint16Array(buffer));
  }
  return weights;
}
