import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema } from 'onnx-buf';
import { GraphError } from './errors.ts';
import { fromHalfArray } from './half.ts';
import { ONNX_TYPE } from './value.ts';

/** A float constant of a written model, as float32. */
export interface FloatConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The graph of a written model. @throws GraphError where the bytes are no ONNX model */
export function readGraph(model: Uint8Array, what: string): GraphProto {
  let graph: GraphProto | undefined;
  try {
    ({ graph } = fromBinary(ModelProtoSchema, model));
  } catch (error) {
    throw new GraphError(
      `${what}: expected an ONNX model, got ${model.byteLength} bytes that are none (${(error as Error).message})`,
    );
  }
  if (!graph) throw new GraphError(`${what}: expected an ONNX model, got one without a graph`);
  return graph;
}

/**
 * The float constants of a graph that `serialize` wrote, by the names that its builder gave them; those stored in half
 * precision (`halveWeights`: under `NAME.half`) are widened. For a frozen network these are its weights:
 * `frozenParameters` takes them as they are.
 */
export function floatConstants(graph: GraphProto): ReadonlyMap<string, FloatConstant> {
  const constants = new Map<string, FloatConstant>();
  for (const { name, dataType, dims, rawData } of graph.initializer) {
    if (dataType !== ONNX_TYPE.float32 && dataType !== ONNX_TYPE.float16) continue;
    // A copy, because the bytes lie anywhere inside the file (and `slice` of a Node Buffer makes none).
    const { buffer } = new Uint8Array(rawData);
    const data =
      dataType === ONNX_TYPE.float32 ? new Float32Array(buffer) : fromHalfArray(new Uint16Array(buffer));
    constants.set(name.replace(/\.half$/, ''), { shape: dims.map(Number), data });
  }
  return constants;
}

/**
 * The weights of a written network, for `frozenParameters` in another graph.
 * @param what names the file in errors
 * @throws GraphError where the bytes are no ONNX model
 */
export function readWeights(model: Uint8Array, what: string): Record<string, Float32Array> {
  const constants = floatConstants(readGraph(model, what));
  return Object.fromEntries([...constants].map(([name, { data }]) => [name, data]));
}
