import {
  batchNorm,
  convLayer,
  GraphError,
  maxPool,
  mul,
  type ParameterScope,
  relu,
  sub,
  type Value,
} from '../../graph/index.ts';
import { residualBlock } from '../residual-block.ts';

/** Channels of the stem and of the four stages. */
export const RESNET_CHANNELS = [64, 64, 128, 256, 512] as const;

/** What Monodepth2 takes from its pictures in 0..1, and divides by. */
const MEAN = 0.45;
const DEVIATION = 0.225;

/**
 * ResNet-18 (He et al. 2016) without its classifier: a 7×7 stride-2 stem, a 3×3 stride-2 maximum, four stages of two
 * blocks.
 * @param image f32 [N,C,H,W], RGB −1..1, one picture or several behind each other; sides are multiples of 32, from 64
 * @returns f32 [N,64,H/2,W/2], [N,64,H/4,W/4], [N,128,H/8,W/8], [N,256,H/16,W/16], [N,512,H/32,W/32]
 */
export function resnet18(scope: ParameterScope, image: Value): Value[] {
  const [height, width] = image.shape.slice(2) as [number, number];
  if (height % 32 !== 0 || width % 32 !== 0 || Math.min(height, width) < 64)
    throw new GraphError(
      `monodepth2: expected sides that are multiples of 32, at least 64, got ${height}×${width}`,
    );
  const stem = scope.scope('stem');
  // (½·(image + 1) − MEAN)/DEVIATION
  const normalised = mul(sub(image, 2 * MEAN - 1), 0.5 / DEVIATION);
  const options = { kernel: 7, stride: 2, pad: 3, bias: false };
  const convolved = convLayer(stem.scope('conv'), normalised, RESNET_CHANNELS[0], options);
  const first = relu(batchNorm(stem.scope('norm'), convolved));
  let x = maxPool(first, 3, 2, 1);
  const stages = RESNET_CHANNELS.slice(1).map((channels, stage) => {
    for (let k = 0; k < 2; k++)
      x = residualBlock(scope.scope(`layer${stage + 1}.${k}`), x, channels, stage > 0 && k === 0 ? 2 : 1);
    return x;
  });
  return [first, ...stages];
}
