import { GraphError } from './errors.ts';
import type { Graph } from './graph.ts';
import { Random } from './random.ts';
import { describeShape, elementCount } from './shape.ts';
import type { Value } from './value.ts';

/**
 * How a network gets its weights. A network is a function over a scope and asks it for tensors by name; the scope
 * gives graph inputs while training and constants of a trained state elsewhere, so that one definition serves both.
 *
 * @example
 * const head = (scope: ParameterScope, x: Value) =>
 *   linear(x, scope.parameter('weight', [1, 64], heNormal), scope.parameter('bias', [1], zeros));
 * const training = head(new TrainableParameters(graph).scope('head'), x);
 * const frozen = head(frozenParameters(graph, state).scope('head'), x);
 */

/** The first elements of a tensor. */
export type Initialiser = (shape: readonly number[], random: Random) => Float32Array;

export const constantly =
  (value: number): Initialiser =>
  (shape) =>
    new Float32Array(elementCount(shape)).fill(value);

export const zeros: Initialiser = constantly(0);
export const ones: Initialiser = constantly(1);

/** Normal with a deviation. */
export const normal =
  (deviation: number): Initialiser =>
  (shape, random) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.normal() * deviation);

/** Normal with deviation √(2/fan-in) (He et al. 2015); the fan-in is all but the first axis. */
export const heNormal: Initialiser = (shape, random) =>
  normal(Math.sqrt(2 / elementCount(shape.slice(1))))(shape, random);

/** A tensor that training changes: by its gradient, or, if a buffer, by an assignment in the forward pass. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialise: Initialiser;
  readonly kind: 'parameter' | 'buffer';
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** Learning rate over that of the step. */
  readonly rateScale: number;
}

/** How fast a part of a network learns. */
export interface ScopeOptions {
  /** Learning rate over that of the scope around it. */
  readonly rateScale?: number;
}

/** Tensors by name, float32, row-major. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** Where a scope takes its tensors from. */
interface ParameterSource {
  readonly graph: Graph;
  readonly training: boolean;
  get(spec: ParameterSpec): Value;
  assign(name: string, value: Value): void;
}

/** Names a part of a network: `encoder.conv1.weight` is parameter `weight` of scope `encoder.conv1`. */
export class ParameterScope {
  readonly #source: ParameterSource;
  readonly #prefix: string;
  readonly #rateScale: number;

  constructor(source: ParameterSource, prefix = '', rateScale = 1) {
    if (!(rateScale > 0 && rateScale < Number.POSITIVE_INFINITY))
      throw new GraphError(`parameters: expected a rate scale above 0 for ${prefix}, got ${rateScale}`);
    this.#source = source;
    this.#prefix = prefix;
    this.#rateScale = rateScale;
  }

  get graph(): Graph {
    return this.#source.graph;
  }

  /** Whether the network is being trained: batch statistics instead of running ones. */
  get training(): boolean {
    return this.#source.training;
  }

  scope(name: string, { rateScale = 1 }: ScopeOptions = {}): ParameterScope {
    return new ParameterScope(this.#source, `${this.#prefix}${name}.`, this.#rateScale * rateScale);
  }

  /** A tensor learned by gradient. Asking again gives the same one: two uses share it. */
  parameter(
    name: string,
    shape: readonly number[],
    initialise: Initialiser,
    options: { readonly decay?: boolean } = {},
  ): Value {
    return this.#source.get({
      name: this.#prefix + name,
      shape,
      initialise,
      kind: 'parameter',
      decay: options.decay ?? true,
      rateScale: this.#rateScale,
    });
  }

  /** A tensor that `assign` changes, such as a running mean. */
  buffer(name: string, shape: readonly number[], initialise: Initialiser): Value {
    const spec = { name: this.#prefix + name, shape, initialise, kind: 'buffer', decay: false } as const;
    return this.#source.get({ ...spec, rateScale: this.#rateScale });
  }

  /** Sets what a buffer holds after this step; only while training. */
  assign(name: string, value: Value): void {
    this.#source.assign(this.#prefix + name, value);
  }
}

/** Parameters as graph inputs, for training. */
export class TrainableParameters extends ParameterScope {
  readonly #inputs: Map<string, { spec: ParameterSpec; input: Value; current: Value }>;

  constructor(graph: Graph) {
    const inputs = new Map<string, { spec: ParameterSpec; input: Value; current: Value }>();
    super({
      graph,
      training: true,
      get(spec) {
        const known = inputs.get(spec.name);
        if (known) {
          checkShape(spec, known.spec.shape);
          return known.current;
        }
        const input = graph.input(spec.name, 'float32', spec.shape);
        inputs.set(spec.name, { spec, input, current: input });
        return input;
      },
      assign(name, value) {
        const known = inputs.get(name);
        if (known?.spec.kind !== 'buffer') throw new GraphError(`parameters: ${name} is no buffer`);
        checkShape(known.spec, value.shape as readonly number[]);
        known.current = value;
      },
    });
    this.#inputs = inputs;
  }

  /** Every tensor asked for so far, with its graph input and, for buffers, its value after the step. */
  get tensors(): readonly { readonly spec: ParameterSpec; readonly input: Value; readonly current: Value }[] {
    return [...this.#inputs.values()];
  }
}

/** Parameters as constants of a trained state. A name it does not hold, or another shape, is an error. */
export function frozenParameters(graph: Graph, weights: Weights): ParameterScope {
  const made = new Map<string, Value>();
  return new ParameterScope({
    graph,
    training: false,
    get(spec) {
      const known = made.get(spec.name);
      if (known) return known;
      const data = weights[spec.name];
      if (!data) throw new GraphError(`parameters: expected ${spec.name}, which the state does not hold`);
      if (data.length !== elementCount(spec.shape))
        throw new GraphError(
          `parameters: expected ${elementCount(spec.shape)} elements for ${spec.name} ${describeShape(spec.shape)}, got ${data.length}`,
        );
      const value = graph.constant(data, spec.shape, { name: spec.name });
      made.set(spec.name, value);
      return value;
    },
    assign(name) {
      throw new GraphError(`parameters: ${name} is frozen and cannot be assigned`);
    },
  });
}

/** First weights of a network: each tensor's numbers depend on the seed and its name only. */
export function initialWeights(specs: readonly ParameterSpec[], seed: number): Record<string, Float32Array> {
  return Object.fromEntries(
    specs.map(({ name, shape, initialise }) => [name, initialise(shape, new Random(seed, name))]),
  );
}

function checkShape(spec: ParameterSpec, shape: readonly number[]): void {
  if (describeShape(spec.shape) !== describeShape(shape))
    throw new GraphError(
      `parameters: expected ${spec.name} ${describeShape(spec.shape)}, got ${describeShape(shape)}`,
    );
}
