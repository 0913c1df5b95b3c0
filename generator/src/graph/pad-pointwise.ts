import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { ONNX_TYPE } from './value.ts';

/** Nothing that would be seen, and not 0: ONNX Runtime would put a padding with 0 back into the convolution (`PadFusion`). */
const FILL = create(TensorProtoSchema, {
  name: 'pads.value',
  dataType: ONNX_TYPE.float32,
  rawData: new Uint8Array(Float32Array.of(1e-30).buffer),
});

/** The same in half precision: the least there is, 6e-8. */
const HALF_FILL = create(TensorProtoSchema, {
  name: 'pads.value.half',
  dataType: ONNX_TYPE.float16,
  rawData: new Uint8Array(Uint16Array.of(1).buffer),
});

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
  const halves = new Set(
    graph.initializer.filter(({ dataType }) => dataType === ONNX_TYPE.float16).map(({ name }) => name),
  );
  const fills = new Set<TensorProto>();
  for (const node of graph.node) {
    const around = paddingOf(node);
    if (around) {
      const name = `pads.${around.join('.')}`;
      pads.set(name, pads.get(name) ?? integers(name, around));
      const padded = `${node.output[0]}.padded`;
      const fill = halves.has(node.input[1]!) ? HALF_FILL : FILL;
      fills.add(fill);
      nodes.push(
        create(NodeProtoSchema, {
          opType: 'Pad',
          name: `${node.name}.pad`,
          input: [node.input[0]!, name, fill.name],
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
  graph.initializer = [...graph.initializer, ...pads.values(), ...fills];
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
  return create(TensorProtoSchema, {
    name,
    dataType: ONNX_TYPE.int64,
    dims: [BigInt(values.length)],
    rawData,
  });
}
