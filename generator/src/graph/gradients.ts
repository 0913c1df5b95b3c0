import type { Gradient } from './gradient.ts';
import { convGradient, convTransposeGradient } from './ops/conv.ts';
import * as elementwise from './ops/elementwise.ts';
import * as functions from './ops/functions.ts';
import * as gather from './ops/gather.ts';
import * as layout from './ops/layout.ts';
import { linearGradient, matMulGradient } from './ops/matmul.ts';
import { padGradient } from './ops/pad.ts';
import * as phases from './ops/phases.ts';
import * as pool from './ops/pool.ts';
import * as reduce from './ops/reduce.ts';
import { softmaxGradient } from './ops/softmax.ts';

/** The gradient of every operator by its ONNX name; null where nothing flows back. */
export const GRADIENTS: Readonly<Record<string, Gradient | null>> = {
  Abs: functions.absGradient,
  Add: elementwise.addGradient,
  And: elementwise.comparisonGradient,
  ArgMax: reduce.argMaxGradient,
  AveragePool: pool.averagePoolGradient,
  Cast: elementwise.castGradient,
  Clip: elementwise.clipGradient,
  Concat: layout.concatGradient,
  ConstantOfShape: null,
  Conv: convGradient,
  ConvTranspose: convTransposeGradient,
  Cos: functions.cosGradient,
  DepthToSpace: layout.depthToSpaceGradient,
  Div: elementwise.divGradient,
  Elu: functions.eluGradient,
  Equal: elementwise.comparisonGradient,
  Erf: functions.erfGradient,
  Exp: functions.expGradient,
  Expand: reduce.expandGradient,
  Floor: functions.stepGradient,
  Gather: gather.gatherGradient,
  GatherElements: gather.gatherElementsGradient,
  GatherND: gather.gatherNDGradient,
  Gelu: functions.geluGradient,
  Gemm: linearGradient,
  Greater: elementwise.comparisonGradient,
  GreaterOrEqual: elementwise.comparisonGradient,
  Identity: null,
  LeakyRelu: functions.leakyReluGradient,
  Less: elementwise.comparisonGradient,
  LessOrEqual: elementwise.comparisonGradient,
  Log: functions.logGradient,
  MatMul: matMulGradient,
  Max: elementwise.maxGradient,
  MaxPool: pool.maxPoolGradient,
  Min: elementwise.minGradient,
  Mul: elementwise.mulGradient,
  Neg: functions.negGradient,
  Pad: padGradient,
  Pow: elementwise.powGradient,
  Reciprocal: functions.reciprocalGradient,
  ReduceMax: reduce.reduceExtremeGradient,
  ReduceMean: reduce.reduceMeanGradient,
  ReduceMin: reduce.reduceExtremeGradient,
  ReduceSum: reduce.reduceSumGradient,
  Relu: functions.reluGradient,
  Reshape: layout.reshapeGradient,
  Resize: pool.upsampleNearestGradient,
  ScatterElements: gather.scatterElementsGradient,
  ScatterND: gather.scatterNDGradient,
  Sigmoid: functions.sigmoidGradient,
  Sign: functions.stepGradient,
  Sin: functions.sinGradient,
  Slice: layout.sliceGradient,
  Softmax: softmaxGradient,
  Softplus: functions.softplusGradient,
  Split: layout.splitGradient,
  Sqrt: functions.sqrtGradient,
  Sub: elementwise.subGradient,
  Tanh: functions.tanhGradient,
  Tile: reduce.tileGradient,
  Transpose: layout.transposeGradient,
  Where: elementwise.whereGradient,
  [phases.INTERLEAVE]: phases.interleaveGradient,
  [phases.DEINTERLEAVE]: phases.deinterleaveGradient,
};
