import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { MatteError } from './matte.ts';

/** What a matting model takes. */
export interface ModelInput {
  readonly name: string;
  /** Pixels; null where the model takes any. */
  readonly height: number | null;
  readonly width: number | null;
}

/** ONNX's number for float32 among element types. */
const FLOAT32 = 1;

/**
 * Reads the one input of a matting model off its file: float32 [N,3,H,W].
 * @throws MatteError `model-signature` where the file is no ONNX model, or takes anything else
 */
export function readModelInput(model: Uint8Array): ModelInput {
  const graph = parse(model);
  // Old exporters list the weights among the inputs.
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new MatteError(
      'model-signature',
      `matte: expected a model with one input, got ${inputs.length}${names ? ` (${names})` : ''}`,
    );
  }
  const { elemType, dims } = tensorOf(input);
  const [, channels, height, width] = dims;
  if (elemType !== FLOAT32 || dims.length !== 4 || (channels !== null && channels !== 3))
    throw new MatteError(
      'model-signature',
      `matte: expected input ${input.name} float32 [N,3,H,W], got element type ${elemType} ` +
        `[${dims.map((dim) => dim ?? '?').join(',')}]`,
    );
  return { name: input.name, height: height ?? null, width: width ?? null };
}

function parse(model: Uint8Array): GraphProto {
  try {
    const { graph } = fromBinary(ModelProtoSchema, model);
    if (graph && graph.node.length > 0) return graph;
  } catch {
    // Whatever the bytes are, the message below says what they should be.
  }
  throw new MatteError(
    'model-signature',
    `matte: expected an ONNX model, got ${model.length} bytes of something else`,
  );
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
