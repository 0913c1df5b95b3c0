import { withGradient } from './autodiff.ts';
import { type ConvOptions, conv } from './ops/conv.ts';
import { add, mul, sub } from './ops/elementwise.ts';
import { reciprocal, sqrt } from './ops/functions.ts';
import { reshape, split } from './ops/layout.ts';
import { linear } from './ops/matmul.ts';
import { interleave } from './ops/phases.ts';
import { reduceMean, reduceSum } from './ops/reduce.ts';
import { upsampledConv } from './ops/upsample-conv.ts';
import { heNormal, type Initialiser, ones, type ParameterScope, zeros } from './parameters.ts';
import { elementCount, known } from './shape.ts';
import type { Value } from './value.ts';

/** Operators with parameters. */

export interface ConvLayerOptions extends ConvOptions {
  readonly kernel: number;
  readonly bias: boolean;
  readonly initialise: Initialiser;
}

export const CONV_LAYER_DEFAULTS: ConvLayerOptions = {
  kernel: 3,
  stride: 1,
  pad: 1,
  dilation: 1,
  groups: 1,
  bias: true,
  initialise: heNormal,
};

/** Convolution with a learned kernel. @param x [N,C,H,W] @returns [N, outputs, H', W'] */
export function convLayer(
  scope: ParameterScope,
  x: Value,
  outputs: number,
  options: Partial<ConvLayerOptions> = {},
): Value {
  const { kernel, bias, initialise, ...geometry } = { ...CONV_LAYER_DEFAULTS, ...options };
  const inputs = known(x.shape[1], 'convLayer') / geometry.groups;
  const weight = scope.parameter('weight', [outputs, inputs, kernel, kernel], initialise);
  return conv(x, weight, bias ? scope.parameter('bias', [outputs], zeros) : null, geometry);
}

/**
 * A 3×3 convolution of a picture doubled by repeating its pixels, beside a skip of that size if there is one: the
 * same function as `convLayer` on their concatenation, for half the arithmetic.
 * @param x [N,C,H,W] @param skip [N,S,2H,2W] or null
 * @param activation applied to the result; element by element
 * @returns [N, outputs, 2H, 2W]
 */
export function upsampledConvLayer(
  scope: ParameterScope,
  x: Value,
  skip: Value | null,
  outputs: number,
  activation: (v: Value) => Value,
): Value {
  const inputs = known(x.shape[1], 'upsampledConvLayer');
  const skipped = skip ? known(skip.shape[1], 'upsampledConvLayer') : 0;
  const weight = scope.parameter('weight', [outputs, inputs + skipped, 3, 3], heNormal);
  const bias = scope.parameter('bias', [outputs], zeros);
  if (!skip) return interleave(upsampledConv(x, weight, bias).map(activation));
  const [own, theirs] = split(weight, 1, [inputs, skipped]) as [Value, Value];
  return activation(add(conv(skip, theirs, bias, { pad: 1 }), interleave(upsampledConv(x, own))));
}

/** Dense layer. @param x [N,K] @returns [N, outputs] */
export function denseLayer(
  scope: ParameterScope,
  x: Value,
  outputs: number,
  initialise: Initialiser = heNormal,
): Value {
  const weight = scope.parameter('weight', [outputs, known(x.shape[1], 'denseLayer')], initialise);
  return linear(x, weight, scope.parameter('bias', [outputs], zeros));
}

export interface BatchNormOptions {
  /** Weight of the batch in the running averages. */
  readonly momentum: number;
  readonly epsilon: number;
}

export const BATCH_NORM_DEFAULTS: BatchNormOptions = { momentum: 0.1, epsilon: 1e-5 };

/**
 * Batch normalisation (Ioffe & Szegedy 2015): by the batch's mean and variance while training, by their running
 * averages elsewhere, where it is one multiplication and addition that the runtime takes into the convolution.
 * @param x float32 [N,C,H,W]
 */
export function batchNorm(scope: ParameterScope, x: Value, options: Partial<BatchNormOptions> = {}): Value {
  const { momentum, epsilon } = { ...BATCH_NORM_DEFAULTS, ...options };
  const channels = known(x.shape[1], 'batchNorm');
  const gamma = scope.parameter('gamma', [channels], ones, { decay: false });
  const beta = scope.parameter('beta', [channels], zeros, { decay: false });
  const runningMean = scope.buffer('mean', [channels], zeros);
  const runningVariance = scope.buffer('variance', [channels], ones);
  if (!scope.training) {
    const scale = mul(gamma, reciprocal(sqrt(add(runningVariance, epsilon))));
    const offset = sub(beta, mul(runningMean, scale));
    return add(mul(x, channelwise(scale)), channelwise(offset));
  }
  const count = known(x.shape[0], 'batchNorm') * elementCount(x.shape.slice(2));
  const batchMean = reduceMean(x, [0, 2, 3]);
  const variance = sub(reduceMean(mul(x, x), [0, 2, 3]), mul(batchMean, batchMean));
  const follow = (running: Value, batch: Value): Value =>
    add(mul(running, 1 - momentum), mul(reshape(batch, [channels]), momentum));
  scope.assign('mean', follow(runningMean, batchMean));
  // PyTorch's convention: the running average is of the unbiased variance.
  scope.assign('variance', follow(runningVariance, mul(variance, count / (count - 1))));
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  const scale = mul(channelwise(gamma), inverse);
  const offset = sub(channelwise(beta), mul(batchMean, scale));
  return withGradient(add(mul(x, scale), offset), [x, gamma, beta], (dy, needs) => {
    const dBeta = reduceSum(dy, [0, 2, 3]);
    const centred = sub(reduceSum(mul(dy, x), [0, 2, 3]), mul(batchMean, dBeta));
    const dGamma = mul(centred, inverse);
    // dx = s·(dy − mean(dy) − x̂·mean(dy·x̂)), written as s·dy + b·x + c: the fewest passes over the picture.
    const b = mul(mul(scale, inverse), mul(dGamma, -1 / count));
    const c = sub(mul(mul(scale, dBeta), -1 / count), mul(b, batchMean));
    return [
      needs[0] ? add(mul(dy, scale), add(mul(x, b), c)) : null,
      reshape(dGamma, [channels]),
      reshape(dBeta, [channels]),
    ];
  });
}

const channelwise = (perChannel: Value): Value =>
  reshape(perChannel, [1, known(perChannel.shape[0], 'batchNorm'), 1, 1]);

/**
 * Layer normalisation over the last axis (Ba et al. 2016).
 * @param scope null: without the learned scale and offset, as under adaptive modulation
 */
export function layerNorm(scope: ParameterScope | null, x: Value, epsilon = 1e-5): Value {
  const size = known(x.shape.at(-1), 'layerNorm');
  const centred = sub(x, reduceMean(x, [-1]));
  const inverse = reciprocal(sqrt(add(reduceMean(mul(centred, centred), [-1]), epsilon)));
  const normalised = withGradient(mul(centred, inverse), [x], (dy) => {
    const along = reduceMean(mul(dy, normalised), [-1]);
    return [mul(sub(sub(dy, reduceMean(dy, [-1])), mul(normalised, along)), inverse)];
  });
  if (!scope) return normalised;
  const gamma = scope.parameter('gamma', [size], ones, { decay: false });
  const beta = scope.parameter('beta', [size], zeros, { decay: false });
  return add(mul(normalised, gamma), beta);
}
