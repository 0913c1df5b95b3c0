/**
 * Evaluates any graph in float64, one slow and plain loop an operator: what the operators and their gradients are
 * held against. Written from the ONNX specification, independently of the builder's own shape rules.
 */
import type { Graph, Value } from '../../../generator/src/graph/index.ts';
import { elementwise } from './reference-elementwise.ts';
import { layout } from './reference-layout.ts';
import { linearAlgebra } from './reference-linear.ts';
import type { Kernel, Tensor } from './reference-tensor.ts';

const KERNELS: Readonly<Record<string, Kernel>> = { ...elementwise, ...layout, ...linearAlgebra };

/** The graph's outputs, or `wanted` values, for inputs by name. */
export function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  wanted: readonly Value[] = graph.outputs.map((o) => o.value),
): Tensor[] {
  const known = new Map<Value, Tensor>();
  for (const input of graph.inputs) {
    const feed = feeds[input.name];
    if (feed) known.set(input, feed);
  }
  for (const constant of graph.constants)
    known.set(constant, {
      shape: constant.shape as number[],
      data: Float64Array.from(constant.data as Float32Array, Number),
    });
  const needed = new Set<Value>();
  const visit = (value: Value): void => {
    if (needed.has(value)) return;
    needed.add(value);
    for (const input of value.producer?.inputs ?? []) if (input) visit(input);
  };
  for (const value of wanted) visit(value);
  for (const node of graph.nodes) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    const kernel = KERNELS[node.op];
    if (!kernel) throw new Error(`reference: no kernel for ${node.op}`);
    const inputs = node.inputs.map((input) => (input ? known.get(input)! : null));
    const outputs = kernel(inputs as Tensor[], node);
    node.outputs.forEach((value, i) => {
      const result = outputs[i];
      if (!result) throw new Error(`reference: ${node.op} gave no output ${i}`);
      if (result.shape.join() !== value.shape.join())
        throw new Error(`reference: ${node.op} gave [${result.shape}], the builder says [${value.shape}]`);
      known.set(value, result);
    });
  }
  return wanted.map((value) => known.get(value)!);
}
