import type { Graph } from './graph.ts';
import { add, div, min, mul, sub } from './ops/elementwise.ts';
import { reciprocal, sqrt } from './ops/functions.ts';
import { concat, reshape, split } from './ops/layout.ts';
import { sum } from './ops/reduce.ts';
import type { ParameterSpec } from './parameters.ts';
import { elementCount } from './shape.ts';
import type { Value } from './value.ts';

/**
 * AdamW (Loshchilov & Hutter 2019) as nodes of the training step. ε stands after the bias correction, as in
 * PyTorch: m̂/(√v̂ + ε) = m·(√c₂/c₁)/(√v + ε·√c₂), cᵢ = 1 − βᵢᵗ, so that what depends on the step are two inputs.
 */
export interface OptimiserOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled weight decay: weights shrink by rate × this each step. 0: Adam (Kingma & Ba 2015). */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; null: not at all. */
  readonly clipNorm: number | null;
  /** Decay of the exponential moving average of the weights; null: none is kept. */
  readonly averageDecay: number | null;
}

export const OPTIMISER_DEFAULTS: OptimiserOptions = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: null,
  averageDecay: null,
};

/** Small parameters with the same decay and rate are updated as one vector: a node for each would cost more than its work. */
const PACKED_BELOW = 16384;

export interface ParameterGroup {
  readonly name: string;
  readonly members: readonly ParameterSpec[];
  readonly size: number;
  readonly decay: boolean;
  /** Learning rate over that of the step. */
  readonly rateScale: number;
}

export function groupParameters(specs: readonly ParameterSpec[]): ParameterGroup[] {
  const group = (name: string, members: readonly ParameterSpec[]): ParameterGroup => {
    const { decay, rateScale } = members[0]!;
    const size = members.reduce((n, { shape }) => n + elementCount(shape), 0);
    return { name, members, size, decay, rateScale };
  };
  const groups: ParameterGroup[] = [];
  const small = new Map<string, ParameterSpec[]>();
  // The first two, so that what stands in which order does not depend on which parameter comes first.
  for (const key of ['packed-decayed', 'packed']) small.set(key, []);
  for (const spec of specs) {
    if (spec.kind !== 'parameter') continue;
    if (elementCount(spec.shape) >= PACKED_BELOW) {
      groups.push(group(spec.name, [spec]));
      continue;
    }
    const key = `packed${spec.decay ? '-decayed' : ''}${spec.rateScale === 1 ? '' : `-${spec.rateScale}x`}`;
    small.set(key, [...(small.get(key) ?? []), spec]);
  }
  for (const [key, members] of small) if (members.length > 0) groups.push(group(key, members));
  return groups;
}

/** The inputs that change from step to step, all of shape []. */
export interface StepScalars {
  /** rate·√c₂/c₁ */
  readonly rate: Value;
  /** ε·√c₂ */
  readonly epsilon: Value;
  /** 1 − rate·weight decay */
  readonly keep: Value;
}

/** Input and output of one state tensor. */
export interface StateLink {
  readonly name: string;
  readonly shape: readonly number[];
  readonly next: Value;
}

export interface Update {
  /** By parameter name. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** Moments and averages. */
  readonly state: readonly StateLink[];
  /** Global norm of the gradient before clipping, shape []. */
  readonly norm: Value;
}

/** One step for all parameters. @param current and @param gradient by parameter name */
export function applyAdam(
  graph: Graph,
  groups: readonly ParameterGroup[],
  current: ReadonlyMap<string, Value>,
  gradient: ReadonlyMap<string, Value>,
  { rate, epsilon, keep }: StepScalars,
  options: OptimiserOptions,
): Update {
  const { beta1, beta2, clipNorm, averageDecay } = options;
  const flat = groups.map(({ members, size }) => ({
    weight: flatten(members, current, size),
    slope: flatten(members, gradient, size),
  }));
  const squares = flat.map(({ slope }) => mul(slope, slope));
  const norm = sqrt(squares.map(sum).reduce((a, b) => add(a, b)));
  const factor = clipNorm === null ? null : min(mul(reciprocal(add(norm, 1e-6)), clipNorm), 1);
  const first = factor ? mul(factor, 1 - beta1) : 1 - beta1;
  const second = factor ? mul(mul(factor, factor), 1 - beta2) : 1 - beta2;
  const parameters = new Map<string, Value>();
  const state: StateLink[] = [];
  groups.forEach(({ name, members, size, decay, rateScale }, i) => {
    const { weight, slope } = flat[i]!;
    const kept = (prefix: string): Value => graph.input(`${prefix}/${name}`, 'float32', [size]);
    const link = (input: Value, next: Value): void => {
      state.push({ name: input.name, shape: [size], next });
    };
    const m = kept('adam.m');
    const v = kept('adam.v');
    const nextM = add(mul(m, beta1), mul(slope, first));
    const nextV = add(mul(v, beta2), mul(squares[i]!, second));
    const scaled = rateScale === 1 ? { rate, keep } : scaleRate(rate, keep, rateScale);
    const change = div(mul(nextM, scaled.rate), add(sqrt(nextV), epsilon));
    const next = sub(decay && options.weightDecay > 0 ? mul(weight, scaled.keep) : weight, change);
    link(m, nextM);
    link(v, nextV);
    if (averageDecay !== null) {
      const average = kept('average');
      link(average, add(average, mul(sub(next, average), 1 - averageDecay)));
    }
    const parts =
      members.length === 1
        ? [next]
        : split(
            next,
            0,
            members.map((s) => elementCount(s.shape)),
          );
    members.forEach((spec, k) => {
      parameters.set(spec.name, reshape(parts[k]!, spec.shape));
    });
  });
  return { parameters, state, norm };
}

/** The scalars of a group with a rate of its own: decay is by rate × weight decay too. */
const scaleRate = (rate: Value, keep: Value, scale: number) => ({
  rate: mul(rate, scale),
  keep: add(mul(sub(keep, 1), scale), 1),
});

function flatten(members: readonly ParameterSpec[], values: ReadonlyMap<string, Value>, size: number): Value {
  const parts = members.map(({ name, shape }) => reshape(values.get(name)!, [elementCount(shape)]));
  return reshape(concat(parts, 0), [size]);
}
