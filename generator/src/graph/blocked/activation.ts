import { floatOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import type { Attributes, Node, Value } from '../value.ts';
import { float, floats, string } from '../value.ts';
import { byChannel } from './layout.ts';

/** A convolution with the addition and the ReLU behind it, which it applies itself. */
export interface ConvChain {
  readonly conv: Node;
  /** Of the result's shape, or null */
  readonly sum: Value | null;
  /** A ReLU or leaky ReLU, or null */
  readonly activation: Node | null;
  /** All that it reads. */
  readonly inputs: readonly (Value | null)[];
}

/** Convolutions and what only they lead to, by the node that gives the result. */
export function findChains(
  graph: Graph,
  uses: ReadonlyMap<Value, number>,
  convolves: (node: Node) => boolean,
): Map<Node, ConvChain> {
  const found = new Map<Node, ConvChain>();
  const before = (value: Value): ConvChain | undefined =>
    value.producer && uses.get(value) === 1 ? found.get(value.producer) : undefined;
  for (const node of graph.nodes) {
    const [a, b] = node.inputs as readonly [Value, Value];
    if (node.op === 'Conv' && convolves(node))
      found.set(node, { conv: node, sum: null, activation: null, inputs: node.inputs });
    else if (node.op === 'Add' && a !== b && a.shape.join() === b.shape.join()) {
      const open = [a, b].find((value) => before(value) && !before(value)!.sum && !before(value)!.activation);
      const sum = open === a ? b : a;
      if (open) found.set(node, { ...before(open)!, sum, inputs: [...before(open)!.inputs, sum] });
    } else if (node.op === 'Relu' || node.op === 'LeakyRelu') {
      const chain = before(a);
      if (chain && !chain.activation) found.set(node, { ...chain, activation: node });
    }
  }
  return found;
}

export function activationOf(node: Node | null): Attributes {
  if (!node) return {};
  if (node.op === 'Relu') return { activation: string('Relu') };
  return { activation: string('LeakyRelu'), activation_params: floats([floatOf(node, 'alpha')]) };
}

/** `image` where a node is 1 for image > 0, else `least`: what the gradients of the ReLUs are made of. */
export interface SignMask {
  readonly image: Value;
  /** 0 or, where the mask is the larger of that and a constant of one element, the constant. */
  readonly least: number;
}

export function signMaskOf(node: Node): SignMask | null {
  const [first, second] = node.inputs;
  if (node.op === 'Max') {
    const inner = first?.producer ? signMaskOf(first.producer) : null;
    const least = second?.data?.length === 1 ? Number(second.data[0]) : null;
    return inner?.least === 0 && least !== null && least < 1 ? { image: inner.image, least } : null;
  }
  const comparison = first?.producer;
  if (node.op !== 'Cast' || node.outputs[0]!.dtype !== 'float32' || comparison?.op !== 'Greater') return null;
  const [image, zero] = comparison.inputs as readonly [Value, Value];
  return zero.data?.length === 1 && Number(zero.data[0]) === 0 ? { image, least: 0 } : null;
}

/** So steep that no float32 but a denormal lies between 0 and 1. */
const STEEP = 1e37;

/**
 * 1 where x > 0, else `least`: a clipped steep ramp, in one pass and on all threads, as Cast of a comparison is not. The
 * clipping of a convolution takes twice the time of HardSigmoid, which knows no other limits than 0 and 1.
 */
export function signMask(x: Value, least: number): Value {
  if (least === 0)
    return x.graph.apply('HardSigmoid', [x], { alpha: float(STEEP), beta: float(0) }, [
      { dtype: x.dtype, shape: x.shape },
    ])[0]!;
  const ramp = x.graph.filled(STEEP, [x.shape[1] as number, 1, 1, 1]);
  return byChannel([x, ramp], {
    activation: string('Clip'),
    activation_params: floats([least, 1]),
  });
}
