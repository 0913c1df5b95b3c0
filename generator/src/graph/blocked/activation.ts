import { floatOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import type { Attributes, Node, Value } from '../value.ts';
import { floats, string } from '../value.ts';
import { byChannel } from './layout.ts';

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

/** x, where a node is 1 for x > 0 and 0 elsewhere: what the gradients of the ReLUs are made of. */
export function positiveOf(node: Node): Value | null {
  const [condition] = node.inputs;
  const comparison = condition?.producer;
  if (node.op !== 'Cast' || node.outputs[0]!.dtype !== 'float32' || comparison?.op !== 'Greater') return null;
  const [x, zero] = comparison.inputs as readonly [Value, Value];
  return zero.data?.length === 1 && Number(zero.data[0]) === 0 ? x : null;
}

/** So steep that no float32 but a denormal lies between 0 and 1. */
const STEEP = 1e37;

/** 1 where x > 0, else 0: a hard sigmoid, in one pass and on all threads, as Cast of a comparison is not. */
export function positiveMask(x: Value): Value {
  const channels = x.shape[1] as number;
  const ones = x.graph.constant(new Float32Array(channels).fill(1), [channels, 1, 1, 1], { name: 'ones' });
  return byChannel([x, ones], {
    activation: string('HardSigmoid'),
    activation_params: floats([STEEP, 0]),
  });
}
