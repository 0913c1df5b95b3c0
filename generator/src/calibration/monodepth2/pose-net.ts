import {
  concat,
  convLayer,
  mul,
  type ParameterScope,
  reduceMean,
  relu,
  type Value,
} from '../../graph/index.ts';
import { uniformFanIn } from './depth-net.ts';
import { resnet18 } from './resnet.ts';

const CHANNELS = 256;
/** Keeps the first poses small. */
const SCALE = 0.01;

/**
 * Monodepth2's pose net: ResNet-18 on two pictures and four convolutions, whose result is averaged over the picture.
 * @param first  f32 [N,3,H,W], RGB −1..1
 * @param second f32 [N,3,H,W]
 * @returns f32 [N,6], axis-angle (radians) and translation: takes a point in the first's camera to the second's
 */
export function poseNet(scope: ParameterScope, first: Value, second: Value): Value {
  const features = resnet18(scope.scope('encoder'), concat([first, second], 1)).at(-1)!;
  const decoder = scope.scope('decoder');
  const layer = (name: string, x: Value, outputs: number, kernel: number): Value =>
    convLayer(decoder.scope(name), x, outputs, { kernel, pad: (kernel - 1) / 2, initialise: uniformFanIn });
  const squeezed = relu(layer('squeeze', features, CHANNELS, 1));
  const inner = relu(layer('conv1', relu(layer('conv0', squeezed, CHANNELS, 3)), CHANNELS, 3));
  return mul(reduceMean(layer('conv2', inner, 6, 1), [2, 3], { keepDims: false }), SCALE);
}
