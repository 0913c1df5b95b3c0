import { gradients } from './autodiff.ts';
import { GraphError } from './errors.ts';
import { Graph } from './graph.ts';
import {
  applyAdam,
  groupParameters,
  OPTIMISER_DEFAULTS,
  type OptimiserOptions,
  type ParameterGroup,
} from './optimiser.ts';
import {
  initialWeights,
  type ParameterScope,
  type ParameterSpec,
  TrainableParameters,
} from './parameters.ts';
import { float32, type TensorValue } from './runtime.ts';
import { elementCount } from './shape.ts';
import type { Value } from './value.ts';

/** What a model's forward pass gives to its training step. */
export interface TrainingOutputs {
  /** float32, one element. */
  readonly loss: Value;
  /** Further outputs, such as the parts of the loss. Names must not be `loss` or `gradientNorm`. */
  readonly metrics?: Readonly<Record<string, Value>>;
}

/**
 * Builds the forward pass: declares its batch as graph inputs, takes its weights from the scope.
 * Frozen networks take theirs from `frozenParameters(graph, …)`.
 */
export type BuildTraining = (scope: ParameterScope, graph: Graph) => TrainingOutputs;

export interface StateTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Output that is this input in the next step. */
  readonly next: string;
}

/**
 * Forward pass, backward pass and update as one graph. Inputs: the batch, the state and the schedule's scalars;
 * outputs: `loss`, `gradientNorm`, metrics and the next state.
 */
export interface TrainingStep {
  readonly graph: Graph;
  readonly parameters: readonly ParameterSpec[];
  readonly state: readonly StateTensor[];
  /** Names of the outputs that are no state. */
  readonly reports: readonly string[];
  readonly options: OptimiserOptions;
  readonly groups: readonly ParameterGroup[];
}

/** State by input name. */
export type TrainingState = Readonly<Record<string, Float32Array>>;

export function buildTrainingStep(
  name: string,
  build: BuildTraining,
  options: Partial<OptimiserOptions> = {},
): TrainingStep {
  const settings = { ...OPTIMISER_DEFAULTS, ...options };
  const graph = new Graph(name);
  const scope = new TrainableParameters(graph);
  const { loss, metrics = {} } = build(scope, graph);
  const { tensors } = scope;
  const parameters = tensors.map(({ spec }) => spec);
  const learned = tensors.filter(({ spec }) => spec.kind === 'parameter');
  if (learned.length === 0) throw new GraphError(`training step ${name}: expected parameters, got none`);
  const slopes = gradients(
    loss,
    learned.map(({ input }) => input),
  );
  const scalar = (key: string): Value => graph.input(`schedule.${key}`, 'float32', []);
  const groups = groupParameters(parameters);
  const update = applyAdam(
    graph,
    groups,
    new Map(learned.map(({ spec, input }) => [spec.name, input])),
    new Map(learned.map(({ spec }, i) => [spec.name, slopes[i]!])),
    { rate: scalar('rate'), epsilon: scalar('epsilon'), keep: scalar('keep') },
    settings,
  );
  const state: StateTensor[] = [];
  const link = (tensor: string, shape: readonly number[], value: Value): void => {
    const next = `next/${tensor}`;
    graph.output(next, value);
    state.push({ name: tensor, shape, next });
  };
  graph.output('loss', loss);
  graph.output('gradientNorm', update.norm);
  for (const [key, value] of Object.entries(metrics)) graph.output(key, value);
  for (const { spec, current } of tensors)
    link(spec.name, spec.shape, spec.kind === 'buffer' ? current : update.parameters.get(spec.name)!);
  for (const { name: key, shape, next } of update.state) link(key, shape, next);
  const reports = ['loss', 'gradientNorm', ...Object.keys(metrics)];
  return { graph, parameters, state, reports, options: settings, groups };
}

/** State before the first step. Weights given by name replace the initialisers' (to go on from trained ones). */
export function initialState(
  step: TrainingStep,
  seed: number,
  given: Readonly<Record<string, Float32Array>> = {},
): TrainingState {
  const weights = { ...initialWeights(step.parameters, seed), ...given };
  const state: Record<string, Float32Array> = {};
  for (const { name, shape } of step.state)
    state[name] = weights[name] ?? new Float32Array(elementCount(shape));
  for (const { name, members } of step.groups) {
    const average = state[`average/${name}`];
    let at = 0;
    if (average)
      for (const member of members) {
        average.set(weights[member.name]!, at);
        at += elementCount(member.shape);
      }
  }
  return state;
}

/** Weights of the networks in a state, for `frozenParameters`: the averaged ones where an average is kept. */
export function weightsOf(
  step: TrainingStep,
  state: TrainingState,
  options: { readonly averaged: boolean } = { averaged: true },
): Record<string, Float32Array> {
  const weights: Record<string, Float32Array> = {};
  for (const { name } of step.parameters) weights[name] = state[name]!;
  if (step.options.averageDecay === null || !options.averaged) return weights;
  for (const { name, members } of step.groups) {
    let at = 0;
    for (const member of members) {
      const size = elementCount(member.shape);
      weights[member.name] = state[`average/${name}`]!.slice(at, at + size);
      at += size;
    }
  }
  return weights;
}

/** The scalar inputs of a step. @param index from 0 @param rate learning rate of this step */
export function scheduleFeeds(step: TrainingStep, index: number, rate: number): Record<string, TensorValue> {
  const { beta1, beta2, epsilon, weightDecay } = step.options;
  const first = 1 - beta1 ** (index + 1);
  const second = Math.sqrt(1 - beta2 ** (index + 1));
  const scalar = (value: number): TensorValue => float32(Float32Array.of(value), []);
  const feeds: Record<string, TensorValue> = {
    'schedule.rate': scalar((rate * second) / first),
    'schedule.epsilon': scalar(epsilon * second),
    'schedule.keep': scalar(1 - rate * weightDecay),
  };
  return feeds;
}
