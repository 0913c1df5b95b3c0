import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { GraphError } from './errors.ts';
import { expandOwnOperators } from './expand.ts';
import type { Graph } from './graph.ts';
import { toHalfArray } from './half.ts';
import {
  type Attribute,
  type ConstantData,
  type DType,
  type Node,
  ONNX_TYPE,
  type Shape,
  type Value,
} from './value.ts';

/** ONNX IR 9 with operator set 20: the newest pair that both onnxruntime-node and -web 1.30 take in full. */
const IR_VERSION = 9n;
const OPSET = 20n;

/** Writes a graph as an ONNX model. Nodes and constants that no output needs are left out. */
export function serialize(built: Graph): Uint8Array {
  const graph = expandOwnOperators(built);
  if (graph.outputs.length === 0) throw new GraphError(`graph ${graph.name}: expected an output, got none`);
  const { nodes, constants } = reachable(graph);
  const names = outputNames(graph);
  const nameOf = (value: Value | null) => (value ? (names.get(value) ?? value.name) : '');
  const nodeProtos = nodes.map((node) => writeNode(node, nameOf));
  for (const { name, value } of graph.outputs)
    if (nameOf(value) !== name)
      nodeProtos.push(
        create(NodeProtoSchema, {
          opType: 'Identity',
          name: `${name}.alias`,
          input: [nameOf(value)],
          output: [name],
        }),
      );
  const domains = [...new Set(['', ...nodes.map((node) => domainOf(node.op)[0])])];
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'turnaround',
    opsetImport: domains.map((domain) =>
      create(OperatorSetIdProtoSchema, { domain, version: domain === '' ? OPSET : 1n }),
    ),
    graph: create(GraphProtoSchema, {
      name: graph.name,
      node: nodeProtos,
      initializer: constants.map(writeConstant),
      input: graph.inputs.map((input) => writeInfo(input.name, input.dtype, input.shape)),
      output: graph.outputs.map(({ name, value }) => writeInfo(name, value.dtype, value.shape)),
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

function reachable(graph: Graph): { nodes: Node[]; constants: Value[] } {
  const needed = new Set<Node>();
  const used = new Set<Value>();
  const pending = graph.outputs.map((o) => o.value);
  for (let value = pending.pop(); value; value = pending.pop()) {
    used.add(value);
    const node = value.producer;
    if (!node || needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input) pending.push(input);
  }
  return {
    nodes: graph.nodes.filter((n) => needed.has(n)),
    constants: graph.constants.filter((c) => used.has(c)),
  };
}

/** A value that a node makes takes the name of the first output that shows it; further ones are aliases. */
function outputNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.outputs)
    if (value.producer && !names.has(value)) names.set(value, name);
  return names;
}

/** Operators outside ONNX are named `domain:operator`. */
function domainOf(op: string): readonly [string, string] {
  const colon = op.indexOf(':');
  return colon < 0 ? ['', op] : [op.slice(0, colon), op.slice(colon + 1)];
}

function writeNode(node: Node, nameOf: (value: Value | null) => string): NodeProto {
  const [domain, opType] = domainOf(node.op);
  return create(NodeProtoSchema, {
    opType,
    domain,
    name: node.name,
    input: node.inputs.map(nameOf),
    output: node.outputs.map(nameOf),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => writeAttribute(name, attribute)),
  });
}

function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute.value) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value });
    case 'ints':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.INTS,
        ints: attribute.value.map(BigInt),
      });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] });
    case 'string':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.STRING,
        s: new TextEncoder().encode(attribute.value),
      });
  }
}

function writeConstant(value: Value): TensorProto {
  const data = value.data as ConstantData;
  const stored = value.dtype === 'float16' ? toHalfArray(data as Float32Array) : data;
  return create(TensorProtoSchema, {
    name: value.name,
    dataType: ONNX_TYPE[value.dtype],
    dims: value.shape.map((d) => BigInt(d)),
    rawData: new Uint8Array(stored.buffer as ArrayBuffer, stored.byteOffset, stored.byteLength),
  });
}

function writeInfo(name: string, dtype: DType, shape: Shape): ValueInfoProto {
  const dim = shape.map((d) => ({
    value:
      typeof d === 'number'
        ? { case: 'dimValue' as const, value: BigInt(d) }
        : { case: 'dimParam' as const, value: d },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ONNX_TYPE[dtype], shape: { dim } } } },
  });
}
