import { GraphError } from './errors.ts';
import { GRADIENTS } from './gradients.ts';
import type { CompositeGradient, Graph } from './graph.ts';
import { add } from './ops/elementwise.ts';
import { elementCount } from './shape.ts';
import type { Node, Value } from './value.ts';

/**
 * Reverse-mode differentiation (Linnainmaa 1970): adds to the loss's graph the nodes that compute ∂loss/∂wrt.
 * Only paths that lead from `wrt` to the loss are followed, so frozen networks cost no weight gradients.
 * @param loss float32 with one element
 * @param wrt  float32 values of the same graph, each on some path to the loss
 * @returns float32, each of its value's shape
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  const { graph } = loss;
  if (elementCount(loss.shape) !== 1 || loss.dtype !== 'float32')
    throw new GraphError(
      `gradients: expected a float32 loss of one element, got ${loss.dtype} [${loss.shape}]`,
    );
  for (const value of wrt)
    if (value.graph !== graph) throw new GraphError(`gradients: ${value.name} belongs to another graph`);
  const nodes = [...graph.nodes];
  const moves = dependents(graph, nodes, wrt);
  const parts = new Map<Value, Value[]>([[loss, [ones(loss)]]]);
  const give = (inputs: readonly (Value | null)[], found: readonly (Value | null)[], where: string): void => {
    inputs.forEach((input, i) => {
      const part = found[i];
      if (!input || !part || !moves.has(input)) return;
      if (part.shape.join() !== input.shape.join())
        throw new GraphError(`gradient of ${where}: expected [${input.shape}], got [${part.shape}]`);
      const list = parts.get(input);
      if (list) list.push(part);
      else parts.set(input, [part]);
    });
  };
  const total = (value: Value): Value | null => {
    const list = parts.get(value);
    if (!list) return null;
    const sum = list.reduce((a, b) => add(a, b));
    parts.set(value, [sum]);
    return sum;
  };
  for (const node of nodes.reverse()) {
    const dys = node.outputs.map((output) => (moves.has(output) ? total(output) : null));
    if (dys.every((dy) => dy === null)) continue;
    const composite = graph.composites.get(node.outputs[0]!);
    if (composite) {
      const needs = composite.inputs.map((input) => moves.has(input));
      if (needs.some(Boolean)) give(composite.inputs, composite.backward(dys[0]!, needs), node.name);
    } else {
      const needs = node.inputs.map((input) => input !== null && moves.has(input));
      if (needs.some(Boolean)) give(node.inputs, gradientOf(node)!(node, dys, needs), node.name);
    }
  }
  return wrt.map((value) => {
    const sum = total(value);
    if (!sum) throw new GraphError(`gradients: the loss does not depend on ${value.name}`);
    return sum;
  });
}

function ones(loss: Value): Value {
  return loss.graph.constant(
    Float32Array.of(1),
    loss.shape.map(() => 1),
    { name: 'one' },
  );
}

function gradientOf(node: Node) {
  const gradient = GRADIENTS[node.op];
  if (gradient === undefined) throw new GraphError(`gradients: ${node.op} (${node.name}) has none`);
  return gradient;
}

/** Every value that moves when one of `wrt` does. Nodes stand in the order in which they can be computed. */
function dependents(graph: Graph, nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const moves = new Set(wrt);
  const moving = (inputs: readonly (Value | null)[]) => inputs.some((input) => input && moves.has(input));
  for (const node of nodes) {
    const composite = graph.composites.get(node.outputs[0]!);
    if (composite ? !moving(composite.inputs) : !moving(node.inputs) || gradientOf(node) === null) continue;
    for (const output of node.outputs)
      if (output.dtype === 'float32' || output.dtype === 'float16') moves.add(output);
  }
  return moves;
}

/**
 * Gives a composition of nodes a gradient of its own, for where that is cheaper or steadier than the chain rule
 * through the parts. It must be the exact derivative.
 * @param result the composition's last value
 * @param inputs what it depends on; paths through anything else are cut
 */
export function withGradient(
  result: Value,
  inputs: CompositeGradient['inputs'],
  backward: CompositeGradient['backward'],
): Value {
  if (!result.producer) throw new GraphError(`withGradient: ${result.name} is no node's output`);
  result.graph.composites.set(result, { inputs, backward });
  return result;
}
