import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { GraphError } from './errors.ts';

/** What a model of pictures takes: float32 [N,3,H,W]. */
export interface ImageInput {
  readonly name: string;
  /** Pixels; null where the model takes any. */
  readonly height: number | null;
  readonly width: number | null;
  /** Pictures of one run; null where the model takes any. */
  readonly batch: number | null;
}

/** ONNX's number for float32 among element types. */
const FLOAT32 = 1;

/**
 * Reads the one input of somebody else's model off its file.
 * @throws GraphError where the file is no ONNX model, or takes anything else
 */
export function readImageInput(model: Uint8Array): ImageInput {
  const graph = parse(model);
  // Old exporters list the weights among the inputs.
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new GraphError(
      `expected a model with one input, got ${inputs.length}${names ? ` (${names})` : ''}`,
    );
  }
  const { elemType, dims } = tensorOf(input);
  const [batch, channels, height, width] = dims;
  if (elemType !== FLOAT32 || dims.length !== 4 || (channels !== null && channels !== 3))
    throw new GraphError(
      `expected input ${input.name} float32 [N,3,H,W], got element type ${elemType} ` +
        `[${dims.map((dim) => dim ?? '?').join(',')}]`,
    );
  return { name: input.name, height: height ?? null, width: width ?? null, batch: batch ?? null };
}

function parse(model: Uint8Array): GraphProto {
  try {
    const { graph } = fromBinary(ModelProtoSchema, model);
    if (graph && graph.node.length > 0) return graph;
  } catch {
    // Whatever the bytes are, the message below says what they should be.
  }
  throw new GraphError(`expected an ONNX model, got ${model.length} bytes of something else`);
}

function tensorOf(input: ValueInfoProto): { elemType: number; dims: (number | null)[] } {
  const type = input.type?.value;
  if (type?.case !== 'tensorType') return { elemType: 0, dims: [] };
  const dims = type.value.shape?.dim ?? [];
  return {
    elemType: type.value.elemType,
    dims: dims.map(({ value }) =>
      value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
    ),
  };
}
