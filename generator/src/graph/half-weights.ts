import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
} from 'onnx-buf';
import { toHalfArray } from './half.ts';
import { ONNX_TYPE } from './value.ts';

/** What the name of a constant in half precision ends with. */
export const HALF_ENDING = '.half';

/** Constants smaller than this stay as they are: biases and statistics, which cost little and need their digits. */
const LEAST_ELEMENTS = 1024;

/**
 * A written model with its large constants stored in half precision and widened when a session is made: half the
 * file, the same speed. The numbers differ by the rounding: compare the results before using it.
 * @param model ONNX, float32 constants as raw data
 */
export function halveWeights(model: Uint8Array): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  const graph = proto.graph!;
  const casts: NodeProto[] = [];
  for (const constant of graph.initializer) {
    const count = constant.rawData.byteLength / 4;
    if (constant.dataType !== ONNX_TYPE.float32 || count < LEAST_ELEMENTS) continue;
    const { name } = constant;
    // A copy, because the bytes lie anywhere inside the file (and `slice` of a Node Buffer makes none).
    const { buffer } = new Uint8Array(constant.rawData);
    constant.rawData = new Uint8Array(toHalfArray(new Float32Array(buffer)).buffer as ArrayBuffer);
    constant.dataType = ONNX_TYPE.float16;
    constant.name = `${name}${HALF_ENDING}`;
    casts.push(
      create(NodeProtoSchema, {
        opType: 'Cast',
        name: `${name}.widen`,
        input: [constant.name],
        output: [name],
        attribute: [
          create(AttributeProtoSchema, { name: 'to', type: AttributeType.INT, i: BigInt(ONNX_TYPE.float32) }),
        ],
      }),
    );
  }
  graph.node = [...casts, ...graph.node];
  return toBinary(ModelProtoSchema, proto);
}
