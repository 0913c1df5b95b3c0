import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';

/** ONNX's numbers for element types. */
const [FLOAT, INT64] = [1, 7];

/** Nothing that would be seen, and not 0: ONNX Runtime would put a padding with 0 back into the convolution (`PadFusion`). */
const NEXT_TO_NOTHING = 1e-30;
const VALUE = 'pads.value';

/**
 * A written model whose 1 × 1 convolutions pad nothing: what they padded is padded before them. ONNX Runtime's WebGPU kernel
 * (1.30) takes such a convolution for a product of matrices and leaves its padding out: synthesis, whose upsampling has one a
 * layer, comes out as another picture (.8 of −1..1 off). Elsewhere the two forms are one.
 * @param model ONNX with attributes written out, as `serialize` does
 */
export function padPointwise(model: Uint8Array): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  const graph = proto.graph!;
  const nodes: NodeProto[] = [];
  const pads = new Map<string, TensorProto>();
  for (const node of graph.node) {
    const around = paddingOf(node);
    if (around) {
      const name = `pads.${around.join('.')}`;
      pads.set(name, pads.get(name) ?? integers(name, around));
      const padded = `${node.output[0]}.padded`;
      nodes.push(
        create(NodeProtoSchema, {
          opType: 'Pad',
          name: `${node.name}.pad`,
          input: [node.input[0]!, name, VALUE],
          output: [padded],
        }),
      );
      node.input[0] = padded;
      for (const attribute of node.attribute)
        if (attribute.name === 'pads') attribute.ints = attribute.ints.map(() => 0n);
    }
    nodes.push(node);
  }
  if (pads.size === 0) return model;
  graph.node = nodes;
  const value = create(TensorProtoSchema, {
    name: VALUE,
    dataType: FLOAT,
    dims: [],
    rawData: new Uint8Array(Float32Array.of(NEXT_TO_NOTHING).buffer),
  });
  graph.initializer = [...graph.initializer, ...pads.values(), value];
  return toBinary(ModelProtoSchema, proto);
}

/** What a 1 × 1 convolution pads, for all four axes as `Pad` takes it; null for any other node. */
function paddingOf({ opType, attribute }: NodeProto): number[] | null {
  if (opType !== 'Conv') return null;
  const numbers = (name: string): number[] =>
    (attribute.find((one) => one.name === name)?.ints ?? []).map(Number);
  const [kernel, pads] = [numbers('kernel_shape'), numbers('pads')];
  if (kernel.some((side) => side !== 1) || pads.every((pad) => pad === 0)) return null;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return [0, 0, top, left, 0, 0, bottom, right];
}

function integers(name: string, values: readonly number[]): TensorProto {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return create(TensorProtoSchema, { name, dataType: INT64, dims: [BigInt(values.length)], rawData });
}
