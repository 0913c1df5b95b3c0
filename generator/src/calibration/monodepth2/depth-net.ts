import {
  add,
  concat,
  convLayer,
  elu,
  type Initialiser,
  mul,
  type ParameterScope,
  pad,
  reciprocal,
  sigmoid,
  upsampleNearest,
  type Value,
} from '../../graph/index.ts';
import { resnet18 } from './resnet.ts';

/** Channels of the decoder, fine to coarse. */
const DECODER_CHANNELS = [16, 32, 64, 128, 256] as const;

/** Disparities are made at full size, a half, a quarter and an eighth. */
export const SCALES = 4;

/** PyTorch's default for convolutions, with which Monodepth2's decoders begin: uniform within 1/√fan-in. */
export const uniformFanIn: Initialiser = (shape, random) => {
  const count = shape.reduce((n, d) => n * d, 1);
  const bound = Math.sqrt(shape[0]! / count);
  return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound);
};

/**
 * Monodepth2's depth net: ResNet-18, and a decoder that doubles its picture five times by repeating pixels, with
 * reflected borders, ELU and the encoder's features beside it.
 * @param image f32 [N,3,H,W], RGB −1..1, or [N,6,H,W]: a picture and the next one
 * @returns f32 disparities 0..1, [N,1,H,W], [N,1,H/2,W/2], [N,1,H/4,W/4], [N,1,H/8,W/8]
 */
export function disparityNet(scope: ParameterScope, image: Value): Value[] {
  const skips = resnet18(scope.scope('encoder'), image);
  const decoder = scope.scope('decoder');
  const disparities: Value[] = [];
  let x = skips.pop()!;
  for (let level = DECODER_CHANNELS.length - 1; level >= 0; level--) {
    const channels = DECODER_CHANNELS[level]!;
    const stage = decoder.scope(`up${level}`);
    const doubled = upsampleNearest(elu(reflectedConv(stage.scope('reduce'), x, channels)), 2);
    const skip = skips.pop();
    x = elu(reflectedConv(stage.scope('merge'), skip ? concat([doubled, skip], 1) : doubled, channels));
    if (level < SCALES) disparities.unshift(sigmoid(reflectedConv(stage.scope('disparity'), x, 1)));
  }
  return disparities;
}

/** A 3×3 convolution with reflected borders. */
function reflectedConv(scope: ParameterScope, x: Value, outputs: number): Value {
  return convLayer(scope, pad(x, [1, 1, 1, 1], 'reflect'), outputs, { pad: 0, initialise: uniformFanIn });
}

/** Depth from disparity: 1/(1/farthest + (1/nearest − 1/farthest)·disparity). */
export function depthOf(
  disparity: Value,
  { nearest, farthest }: { readonly nearest: number; readonly farthest: number },
): Value {
  return reciprocal(add(mul(disparity, 1 / nearest - 1 / farthest), 1 / farthest));
}
