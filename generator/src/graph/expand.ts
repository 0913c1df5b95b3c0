import { Graph } from './graph.ts';
import { CONV_WEIGHT_GRADIENT, expandConvWeightGradient } from './ops/conv-weight-gradient.ts';
import { DEINTERLEAVE, expandDeinterleave, expandInterleave, INTERLEAVE } from './ops/phases.ts';
import type { Node, Value } from './value.ts';

const OWN = new Set([CONV_WEIGHT_GRADIENT, INTERLEAVE, DEINTERLEAVE]);

/** One operator of our own on plain inputs; null for ONNX's. */
export function expandOwn(node: Node, inputs: readonly Value[]): Value[] | null {
  const { op } = node;
  if (op === CONV_WEIGHT_GRADIENT) return [expandConvWeightGradient(node, inputs[0]!, inputs[1]!)];
  if (op === INTERLEAVE) return [expandInterleave(inputs)];
  return op === DEINTERLEAVE ? expandDeinterleave(inputs[0]!) : null;
}

/** The same graph in ONNX's own operators alone; the graph itself where it holds no other. */
export function expandOwnOperators(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => OWN.has(op))) return graph;
  const copy = new Graph(graph.name);
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) made.set(input, copy.input(input.name, input.dtype, input.shape));
  const copied = (value: Value): Value => {
    const known = made.get(value);
    if (known) return known;
    const constant = copyConstant(copy, value);
    made.set(value, constant);
    return constant;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input ? copied(input) : null));
    const outputs =
      expandOwn(node, inputs as Value[]) ?? copy.apply(node.op, inputs, node.attributes, node.outputs);
    node.outputs.forEach((value, i) => {
      made.set(value, outputs[i]!);
    });
  }
  for (const { name, value } of graph.outputs) copy.output(name, copied(value));
  return copy;
}

/** A constant of one graph in another. */
export function copyConstant(graph: Graph, { data, shape, name, dtype }: Value): Value {
  return graph.constant(data!, shape as readonly number[], { name, dtype });
}
