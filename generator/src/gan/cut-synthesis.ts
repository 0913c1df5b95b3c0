import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import { GraphError } from '../graph/index.ts';

/**
 * A written `synthesis.onnx` cut at a lower resolution: its `image` is then the skip sum there, as
 * `buildSynthesis` with `cutAt` gives it, and finer layers are gone. For those who have the model's folder and not
 * its checkpoint.
 * @param model      as `buildSynthesis` wrote it, `skip` outputs
 * @param resolution pixels of a side, one of the network's
 * @throws GraphError where the network has no such resolution
 */
export function cutSynthesis(model: Uint8Array, resolution: number): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  const graph = proto.graph!;
  const image = graph.output.find(({ name }) => name === 'image');
  const start = `b${resolution}.torgb.bias`;
  const bias = graph.node.find(({ input }) => input.includes(start));
  if (!image || !bias)
    throw new GraphError(
      `synthesis: expected a network with ${start}, got one of ${biases(graph).join(', ') || 'other names'}`,
    );
  const sum = skipSum(graph, bias, resolution);
  if (sum === 'image') return model;
  for (const node of graph.node) {
    node.input = node.input.map((name) => (name === sum ? 'image' : name));
    node.output = node.output.map((name) =>
      name === 'image' ? 'image.full' : name === sum ? 'image' : name,
    );
  }
  const { type } = image;
  if (type?.value.case === 'tensorType')
    for (const dim of type.value.value.shape!.dim.slice(2))
      dim.value = { case: 'dimValue', value: BigInt(resolution) };
  graph.output = [image];
  prune(graph);
  return toBinary(ModelProtoSchema, proto);
}

const biases = ({ initializer }: GraphProto): string[] =>
  initializer.map(({ name }) => name).filter((name) => /^b\d+\.torgb\.bias/.test(name));

/** The value that holds the sum of all RGB outputs up to this one: clamp and widening follow the bias, then the sum. */
function skipSum(graph: GraphProto, bias: NodeProto, resolution: number): string {
  const next = (node: NodeProto): NodeProto | undefined =>
    graph.node.find(({ input }) => input.includes(node.output[0]!));
  let node = bias;
  for (let after = next(node); after && ['Clip', 'Cast'].includes(after.opType); after = next(node))
    node = after;
  if (resolution === 4) return node.output[0]!;
  const sum = next(node);
  if (sum?.opType !== 'Add')
    throw new GraphError(
      `synthesis: expected a sum of RGB outputs at ${resolution}², got ${sum?.opType ?? 'none'}`,
    );
  return sum.output[0]!;
}

/** Drops nodes and constants that no output needs. */
function prune(graph: GraphProto): void {
  const needed = new Set(graph.output.map(({ name }) => name));
  // Nodes stand in the order in which they run.
  const kept = [...graph.node].reverse().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of node.input) needed.add(name);
    return true;
  });
  graph.node = kept.reverse();
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
}
