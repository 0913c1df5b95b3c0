import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema } from 'onnx-buf';
import { GraphError } from './errors.ts';
import { fromHalfArray } from './half.ts';

/** ONNX's numbers for element types. */
const [FLOAT, FLOAT16] = [1, 10];

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
    if (dataType !== FLOAT && dataType !== FLOAT16) continue;
    // A copy, because the bytes lie anywhere inside the file (and `slice` of a Node Buffer makes none).
    const { buffer } = new Uint8Array(rawData);
    const data = dataType === FLOAT ? new Float32Array(buffer) : fromHalfArray(new Uint16Array(buffer));
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
