import {
  add,
  batchNorm,
  convLayer,
  GraphError,
  mul,
  normal,
  type ParameterScope,
  relu,
  tanh,
  upsampledConvLayer,
  type Value,
} from '../graph/index.ts';
import { residualBlock } from './residual-block.ts';

export interface DepthNetOptions {
  /** Channels of the four encoder stages; half of ResNet-18's. */
  readonly channels: readonly [number, number, number, number];
  /** Channels of the decoder at full size. */
  readonly finest: number;
  /** Depth lies in 1 ± this. */
  readonly range: number;
}

export const DEPTH_NET_DEFAULTS: DepthNetOptions = { channels: [32, 64, 128, 256], finest: 16, range: 0.16 };

/**
 * A U-Net of half the width of ResNet-18 (He et al. 2016) with the skip decoder of Monodepth2 (Godard et al. 2019):
 * 3.6 M parameters. A 5×5 stride-2 stem without pooling keeps half the resolution in the first skip; nearest
 * upsampling and a convolution leave no checkerboard. Depth starts as a plane at the pivot.
 * @param image f32 [N,C,H,W], RGB −1..1; sides are multiples of 16
 * @returns f32 [N,1,H,W], distance along the optical axis, 1 ± range
 */
export function depthNet(scope: ParameterScope, image: Value, options: Partial<DepthNetOptions> = {}): Value {
  const { range } = { ...DEPTH_NET_DEFAULTS, ...options };
  const features = depthFeatures(scope, image, options);
  const finest = features.at(-1)!;
  const raw = convLayer(scope.scope('head'), finest, 1, { initialise: normal(0.01) });
  return add(mul(tanh(raw), range), 1);
}

/**
 * What the decoder sees at each scale, coarse to fine.
 * @returns f32 [N,c₂,H/8,W/8], [N,c₁,H/4,W/4], [N,c₀,H/2,W/2], [N,finest,H,W]
 */
export function depthFeatures(
  scope: ParameterScope,
  image: Value,
  options: Partial<DepthNetOptions> = {},
): Value[] {
  const { channels, finest } = { ...DEPTH_NET_DEFAULTS, ...options };
  const [height, width] = image.shape.slice(2) as [number, number];
  if (height % 16 !== 0 || width % 16 !== 0)
    throw new GraphError(`depthNet: expected sides that are multiples of 16, got ${height}×${width}`);
  const skips = encode(scope, image, channels);
  let x = skips.pop()!;
  const features: Value[] = [];
  for (let level = 3; level >= 0; level--) {
    const stage = scope.scope(`up${level}`);
    const outputs = level > 0 ? channels[level - 1]! : finest;
    const coarse = relu(convLayer(stage.scope('reduce'), x, outputs));
    x = upsampledConvLayer(stage.scope('merge'), coarse, skips.pop() ?? null, outputs, relu);
    features.push(x);
  }
  return features;
}

/** The last value of each of the four stages, at 1/2, 1/4, 1/8 and 1/16 of the size. */
function encode(scope: ParameterScope, image: Value, channels: readonly number[]): Value[] {
  const stem = scope.scope('stem');
  const convolved = convLayer(stem.scope('conv'), image, channels[0]!, {
    kernel: 5,
    stride: 2,
    pad: 2,
    bias: false,
  });
  let x = relu(batchNorm(stem.scope('norm'), convolved));
  return channels.map((outputs, stage) => {
    for (let k = 0; k < 2; k++)
      x = residualBlock(scope.scope(`layer${stage + 1}.${k}`), x, outputs, stage > 0 && k === 0 ? 2 : 1);
    return x;
  });
}
