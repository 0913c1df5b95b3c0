import { integersOf } from '../gradient.ts';
import type { Graph } from '../graph.ts';
import { mul } from '../ops/elementwise.ts';
import { reshape } from '../ops/layout.ts';
import { reduceSum } from '../ops/reduce.ts';
import { elementCount } from '../shape.ts';
import type { Node, Value } from '../value.ts';
import { dotBlocked } from './layout.ts';

/** A sum or mean over pixels, or batch and pixels, of the product of two pictures. */
export interface Dot {
  readonly product: Node;
  /** Both of the product's shape. */
  readonly inputs: readonly [Value, Value];
}

/** What a sum or mean runs over, as far as it has a form in the blocked layout; else null. */
export function pixelAxes(node: Node): '2,3' | '0,2,3' | null {
  if (node.op !== 'ReduceSum' && node.op !== 'ReduceMean') return null;
  const over = integersOf(node.inputs[1]).join();
  return over === '2,3' || over === '0,2,3' ? over : null;
}

/** Products that only a sum or mean over their pixels reads, by the node of that. */
export function findDots(
  graph: Graph,
  uses: ReadonlyMap<Value, number>,
  blockable: (value: Value) => boolean,
): Map<Node, Dot> {
  const found = new Map<Node, Dot>();
  for (const node of graph.nodes) {
    const product = node.inputs[0]?.producer;
    if (product?.op !== 'Mul' || !pixelAxes(node)) continue;
    const [result] = product.outputs as readonly [Value];
    const [a, b] = product.inputs as readonly [Value, Value];
    const alike = [a, b].every(({ shape }) => shape.join() === result.shape.join());
    if (alike && uses.get(result) === 1 && result.dtype === 'float32' && blockable(result))
      found.set(node, { product, inputs: [a, b] });
  }
  return found;
}

/** @param blocked a value in the blocked layout @returns plain, of the output's shape */
export function applyDot(
  node: Node,
  { inputs }: Dot,
  output: Value,
  blocked: (value: Value) => Value,
): Value {
  const perSample = dotBlocked(blocked(inputs[0]), blocked(inputs[1]));
  const sums = pixelAxes(node) === '2,3' ? perSample : reduceSum(perSample, [0]);
  const count = elementCount(inputs[0].shape) / elementCount(sums.shape);
  return reshape(node.op === 'ReduceMean' ? mul(sums, 1 / count) : sums, output.shape);
}
