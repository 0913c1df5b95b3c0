import { expect } from 'vitest';
import {
  type Dim,
  Graph,
  gradients,
  mul,
  serialize,
  sum,
  type TensorValue,
  type Value,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { evaluate } from './reference.ts';
import { size, type Tensor } from './reference-tensor.ts';

const runtime = createRuntime({ threads: 1 });

/** Numbers in −1..1, the same for the same seed (Lehmer's generator). */
export function numbersFrom(seed: number, count: number): Float64Array {
  let state = (seed * 7919 + 12345) % 2147483647;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  });
}

/** An operator to check: its inputs' shapes, and a function that builds it. */
export interface OperatorCase {
  readonly shapes: readonly (readonly number[])[];
  /** Maps numbers in −1..1 into the operator's domain, per input. */
  readonly domain?: (x: number, input: number) => number;
  readonly build: (inputs: readonly Value[], graph: Graph) => Value;
  /** Inputs whose gradient is checked; all of them unless given. */
  readonly wrt?: readonly number[];
  readonly seed?: number;
}

interface Built {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

function buildCase({ shapes, domain, build, seed = 1 }: OperatorCase): Built {
  const graph = new Graph('case');
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape as Dim[]));
  const output = build(inputs, graph);
  const feeds: Record<string, Tensor> = {};
  shapes.forEach((shape, i) => {
    // Rounded to float32, so that both arithmetics see the same inputs.
    const data = numbersFrom(seed + i, size(shape)).map((x) => Math.fround(domain ? domain(x, i) : x));
    feeds[`x${i}`] = { shape, data };
  });
  return { graph, inputs, output, feeds };
}

export const largest = (data: Float64Array): number => data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** Largest difference of two tensors over the second's largest element. */
export function relativeError(found: ArrayLike<number>, expected: Float64Array): number {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(largest(expected), 1e-12);
  return expected.reduce((worst, v, i) => Math.max(worst, Math.abs(found[i]! - v) / scale), 0);
}

/** Runs a graph's outputs through ONNX Runtime in float32. */
export async function runFloat32(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, TensorValue>> {
  const session = await runtime.load(serialize(graph));
  const tensors: Record<string, TensorValue> = {};
  for (const name of session.inputNames) {
    const { shape, data } = feeds[name]!;
    tensors[name] = { dtype: 'float32', shape, data: Float32Array.from(data) };
  }
  const outputs = await session.run(tensors);
  await session.release();
  return outputs;
}

/** Holds an operator's forward pass in ONNX Runtime against the float64 reference. */
export async function checkForward(operator: OperatorCase, tolerance = 2e-6): Promise<void> {
  const { graph, output, feeds } = buildCase(operator);
  graph.output('y', output);
  const [expected] = evaluate(graph, feeds);
  expect(expected!.shape).toEqual(output.shape);
  const { y } = await runFloat32(graph, feeds);
  expect(y!.shape).toEqual(output.shape);
  expect(relativeError(Array.from(y!.data as Float32Array, Number), expected!.data)).toBeLessThan(tolerance);
}

/**
 * Holds a gradient against central differences, all in float64, and ONNX Runtime's float32 values of the same
 * backward graph against the float64 ones.
 */
export async function checkGradient(operator: OperatorCase, tolerance = 1e-4): Promise<void> {
  const { graph, inputs, output, feeds } = buildCase(operator);
  const weights = numbersFrom(99, size(output.shape as number[]));
  const loss = sum(mul(output, graph.constant(Float32Array.from(weights), output.shape as number[])));
  const wrt = operator.wrt ?? inputs.map((_, i) => i);
  const found = gradients(
    loss,
    wrt.map((i) => inputs[i]!),
  );
  const exact = evaluate(graph, feeds, found);
  wrt.forEach((i, k) => {
    expect(found[k]!.shape).toEqual(inputs[i]!.shape);
    const expected = differences(graph, loss, feeds, `x${i}`);
    expect(largest(expected), `gradient of input ${i} is nothing to compare`).toBeGreaterThan(1e-6);
    expect(relativeError(exact[k]!.data, expected), `gradient of input ${i}`).toBeLessThan(tolerance);
  });
  found.forEach((value, k) => {
    graph.output(`d${k}`, value);
  });
  const outputs = await runFloat32(graph, feeds);
  exact.forEach(({ data }, k) => {
    expect(relativeError(outputs[`d${k}`]!.data as Float32Array, data), `float32 gradient ${k}`).toBeLessThan(
      tolerance,
    );
  });
}

function differences(
  graph: Graph,
  loss: Value,
  feeds: Readonly<Record<string, Tensor>>,
  name: string,
): Float64Array {
  const step = 1e-5;
  const { shape, data } = feeds[name]!;
  const at = (i: number, by: number): number => {
    const moved = data.slice();
    moved[i]! += by;
    return evaluate(graph, { ...feeds, [name]: { shape, data: moved } }, [loss])[0]!.data[0]!;
  };
  return data.map((_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}
