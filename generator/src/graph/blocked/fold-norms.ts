import { copyConstant } from '../expand.ts';
import { intOf } from '../gradient.ts';
import { Graph } from '../graph.ts';
import { add, mul } from '../ops/elementwise.ts';
import { reshape } from '../ops/layout.ts';
import type { Node, Value } from '../value.ts';
import { countUses } from './affine.ts';

/**
 * The same graph with multiplications and additions by channel taken into the constant convolutions before them: a frozen
 * network's normalisations. ONNX Runtime does so too, but not in the blocked layout. What is folded is a product of
 * constants, which it computes at load.
 */
export function foldNorms(graph: Graph): Graph {
  const uses = countUses(graph);
  const constants = new Set<Value>();
  const constant = (value: Value | null): boolean =>
    value === null || value.data !== null || constants.has(value);
  for (const node of graph.nodes)
    if (node.inputs.every(constant)) for (const output of node.outputs) constants.add(output);
  /** Results of constant convolutions, folded or not. */
  const open = new Set<Value>();
  /** The convolution and the constant of an operator that only a constant per channel stands in. */
  const folds = (node: Node): { conv: Value; factor: Value } | null => {
    if (node.op !== 'Mul' && node.op !== 'Add') return null;
    const channels = `1,${node.outputs[0]!.shape[1]},1,1`;
    const [a, b] = node.inputs as readonly [Value, Value];
    for (const [conv, factor] of [
      [a, b],
      [b, a],
    ] as const)
      if (open.has(conv) && uses.get(conv) === 1 && constant(factor) && factor.shape.join() === channels)
        return { conv, factor };
    return null;
  };
  const copy = new Graph(graph.name);
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) made.set(input, copy.input(input.name, input.dtype, input.shape));
  const copied = (value: Value): Value => {
    const known = made.get(value) ?? copyConstant(copy, value);
    made.set(value, known);
    return known;
  };
  for (const node of graph.nodes) {
    const [output] = node.outputs as readonly [Value];
    const fold = folds(node);
    if (fold) {
      const conv = made.get(fold.conv)!.producer!;
      const [x, weight, bias] = conv.inputs as readonly [Value, Value, Value | undefined];
      const channels = output.shape[1]!;
      const factor = copied(fold.factor);
      const flat = reshape(factor, [channels]);
      const kernel = node.op === 'Mul' ? mul(weight, reshape(factor, [channels, 1, 1, 1])) : weight;
      const offset = node.op === 'Mul' ? bias && mul(bias, flat) : bias ? add(bias, flat) : flat;
      const inputs = offset ? [x, kernel, offset] : [x, kernel];
      made.set(output, copy.apply('Conv', inputs, conv.attributes, [output])[0]!);
      open.add(output);
      continue;
    }
    const inputs = node.inputs.map((input) => (input ? copied(input) : null));
    const outputs = copy.apply(node.op, inputs, node.attributes, node.outputs);
    node.outputs.forEach((value, i) => {
      made.set(value, outputs[i]!);
    });
    const frozen = node.op === 'Conv' && node.inputs.slice(1).every(constant) && intOf(node, 'group') === 1;
    if (frozen) open.add(output);
  }
  for (const { name, value } of graph.outputs) copy.output(name, copied(value));
  return copy;
}
