import { floatOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import type { Attributes, Node, Value } from '../value.ts';
import { floats, string } from '../value.ts';

/** ReLUs whose convolution can apply them itself, since nothing else reads what it gives: ReLU → convolution. */
export function findActivated(
  graph: Graph,
  uses: ReadonlyMap<Value, number>,
  convolves: (node: Node) => boolean,
): Map<Node, Node> {
  const found = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (node.op !== 'Relu' && node.op !== 'LeakyRelu') continue;
    const [x] = node.inputs as readonly [Value];
    if (x.producer && uses.get(x) === 1 && convolves(x.producer)) found.set(node, x.producer);
  }
  return found;
}

export function activationOf(node: Node): Attributes {
  if (node.op === 'Relu') return { activation: string('Relu') };
  return { activation: string('LeakyRelu'), activation_params: floats([floatOf(node, 'alpha')]) };
}
