export { gradients, withGradient } from './autodiff.ts';
export { blockConvolutions, probeBlock } from './blocked/index.ts';
export { GraphError } from './errors.ts';
export { Graph, type NamedValue } from './graph.ts';
export { fromHalf, fromHalfArray, toHalf, toHalfArray } from './half.ts';
export { halveWeights } from './half-weights.ts';
export { type ImageInput, readImageInput } from './image-input.ts';
export * from './layers.ts';
export type { Operand } from './ops/apply.ts';
export { upsampleBilinear } from './ops/bilinear.ts';
export * from './ops/conv.ts';
export * from './ops/elementwise.ts';
export * from './ops/functions.ts';
export * from './ops/gather.ts';
export * from './ops/layout.ts';
export * from './ops/matmul.ts';
export * from './ops/pad.ts';
export { deinterleave, interleave } from './ops/phases.ts';
export * from './ops/pool.ts';
export * from './ops/reduce.ts';
export * from './ops/softmax.ts';
export { upsampledConv } from './ops/upsample-conv.ts';
export { OPTIMISER_DEFAULTS, type OptimiserOptions } from './optimiser.ts';
export { padPointwise } from './pad-pointwise.ts';
export {
  constantly,
  frozenParameters,
  heNormal,
  type Initialiser,
  initialWeights,
  normal,
  ones,
  ParameterScope,
  type ParameterSpec,
  type ScopeOptions,
  TrainableParameters,
  type Weights,
  zeros,
} from './parameters.ts';
export { Random } from './random.ts';
export { type FloatConstant, floatConstants, readGraph, readWeights } from './read-constants.ts';
export { float32, float32Data, type Runtime, type Session, type TensorValue } from './runtime.ts';
export { serialize } from './serialize.ts';
export { elementCount } from './shape.ts';
export {
  loadTraining,
  type TrainingModel,
  type TrainingRuntime,
  type TrainingSession,
  trainingModel,
  trainingRuntime,
} from './training-session.ts';
export {
  type BuildTraining,
  buildTrainingStep,
  initialState,
  type StateTensor,
  scheduleFeeds,
  type TrainingOutputs,
  type TrainingState,
  type TrainingStep,
  weightsOf,
} from './training-step.ts';
export type { Attribute, Attributes, ConstantData, Dim, DType, Node, Shape, Value } from './value.ts';
