import { GraphError } from './errors.ts';
import { describeShape, elementCount, known } from './shape.ts';
import type { Attributes, ConstantData, Dim, DType, Node, Shape, Value } from './value.ts';

/** A gradient that stands for a whole composition of nodes: see `withGradient`. */
export interface CompositeGradient {
  readonly inputs: readonly Value[];
  /** From the gradient of the composition's result to those of `inputs`; null where `needs` says no. */
  readonly backward: (dy: Value, needs: readonly boolean[]) => readonly (Value | null)[];
}

/** What an operator's output looks like. */
export interface OutputSpec {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/**
 * A network under construction: typed values, joined by ONNX operators. Shapes are checked as each node is
 * added, so that a mistake shows where it is made and not when ONNX Runtime loads the file.
 *
 * @example
 * const graph = new Graph('double');
 * const x = graph.input('x', 'float32', ['N', 3]);
 * graph.output('y', mul(x, graph.scalar(2)));
 * const bytes = serialize(graph);
 */
export class Graph {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly constants: Value[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: NamedValue[] = [];
  #names = new Set<string>();
  /** Compositions whose gradient is written by hand, by their result. */
  readonly composites: Map<Value, CompositeGradient> = new Map();
  #scalars = new Map<string, Value>();
  #applied = new Map<string, Value[]>();

  constructor(name: string) {
    this.name = name;
  }

  /** Declares an input. A string among the sizes is one that is known only when the graph runs. */
  input(name: string, dtype: DType, shape: readonly Dim[]): Value {
    if (this.#names.has(name)) throw new GraphError(`graph ${this.name}: the name ${name} is taken`);
    this.#names.add(name);
    const value: Value = { graph: this, name, dtype, shape, producer: null, data: null };
    this.inputs.push(value);
    return value;
  }

  /** A constant. Its dtype follows the array's; `dtype: 'float16'` rounds a Float32Array when written. */
  constant(
    data: ConstantData,
    shape: readonly number[],
    options: { name?: string; dtype?: DType } = {},
  ): Value {
    const dtype = options.dtype ?? dtypeOf(data);
    const count = elementCount(shape);
    if (count !== data.length)
      throw new GraphError(
        `constant: expected ${count} elements for ${describeShape(shape)}, got ${data.length}`,
      );
    const name = this.uniqueName(options.name ?? 'constant');
    const value: Value = { graph: this, name, dtype, shape, producer: null, data };
    this.constants.push(value);
    return value;
  }

  /** A float constant of shape [], one node for each number and dtype. */
  scalar(number: number, dtype: 'float32' | 'float16' = 'float32'): Value {
    const key = `${dtype}:${number}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const value = this.constant(Float32Array.of(number), [], { name: 'scalar', dtype });
    this.#scalars.set(key, value);
    return value;
  }

  /** A one-dimensional int64 constant: axes, shapes, pads. */
  integers(numbers: readonly number[]): Value {
    const key = `int64:${numbers.join()}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const data = BigInt64Array.from(numbers, (n) => BigInt(n));
    const value = this.constant(data, [numbers.length], { name: 'integers' });
    this.#scalars.set(key, value);
    return value;
  }

  /** A one-dimensional int64 constant that may be long: one for each key, which says what it holds. */
  indices(key: string, numbers: BigInt64Array): Value {
    const known = this.#scalars.get(key);
    if (known) return known;
    const value = this.constant(numbers, [numbers.length], { name: 'indices' });
    this.#scalars.set(key, value);
    return value;
  }

  /** A float32 constant with one number everywhere: one for each number and shape. */
  filled(number: number, shape: readonly number[]): Value {
    const key = `filled:${number}:${shape.join()}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const value = this.constant(new Float32Array(elementCount(shape)).fill(number), shape, {
      name: 'filled',
    });
    this.#scalars.set(key, value);
    return value;
  }

  /** float32 zeros, made when the graph runs. */
  zeros(shape: Shape): Value {
    const sizes = this.integers(shape.map((d) => known(d, 'zeros')));
    return this.apply('ConstantOfShape', [sizes], {}, [{ dtype: 'float32', shape }])[0]!;
  }

  /**
   * Adds a node, or gives the outputs of the node that is already there: every operator in `ops/` is a function
   * of its inputs, so equal applications are one (backward passes ask for the same things again and again).
   * Operators in `ops/` call this after they have checked shapes; nothing else should.
   */
  apply(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputs: readonly OutputSpec[],
  ): Value[] {
    for (const input of inputs)
      if (input && input.graph !== this)
        throw new GraphError(
          `${op}: ${input.name} belongs to graph ${input.graph.name}, not to ${this.name}`,
        );
    const key = JSON.stringify([op, inputs.map((input) => input?.name ?? ''), attributes, outputs.length]);
    const before = this.#applied.get(key);
    if (before) return before;
    const name = this.uniqueName(op);
    const values: Value[] = [];
    this.#applied.set(key, values);
    const node: Node = { op, name, inputs, outputs: values, attributes };
    outputs.forEach(({ dtype, shape }, i) => {
      const outputName = i === 0 ? `${name}.out` : `${name}.out${i}`;
      values.push({ graph: this, name: outputName, dtype, shape, producer: node, data: null });
    });
    this.nodes.push(node);
    return values;
  }

  /** Names a value as an output of the graph. */
  output(name: string, value: Value): void {
    if (value.graph !== this) throw new GraphError(`output ${name}: its value belongs to another graph`);
    if (this.outputs.some((o) => o.name === name))
      throw new GraphError(`graph ${this.name}: output ${name} is taken`);
    if (this.inputs.some((i) => i.name === name))
      throw new GraphError(`graph ${this.name}: ${name} is an input and cannot be an output too`);
    this.outputs.push({ name, value });
  }

  uniqueName(base: string): string {
    let name = base;
    for (let i = 1; this.#names.has(name); i++) name = `${base}_${i}`;
    this.#names.add(name);
    return name;
  }
}

function dtypeOf(data: ConstantData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  return 'uint8';
}
