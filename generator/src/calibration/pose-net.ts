import {
  averagePool,
  batchNorm,
  concat,
  convLayer,
  denseLayer,
  div,
  flip,
  mul,
  normal,
  type ParameterScope,
  relu,
  reshape,
  split,
  sub,
  tanh,
  type Value,
} from '../graph/index.ts';

/** Channels of the five stride-2 convolutions: 64² → 2². */
const CHANNELS = [32, 48, 64, 96, 128] as const;
const SIDE = 64;
const HIDDEN = 64;

/** Radians; yaw is bound·tanh(o/bound): without a bound mirror pairs turn a flat plate by half a circle. */
export const YAW_BOUND = 1.6;

/**
 * Yaw of one picture: antisymmetric under the mirror, so that a face which is its own mirror image has yaw 0. A
 * pair's pose is a difference of yaws: composition and inverse hold by construction.
 * @param image f32 [N,3,S,S], RGB −1..1, S a power of two times 64 or 64 itself
 * @returns f32 [N], radians; positive turns the face to the viewer's right
 */
export function yawNet(scope: ParameterScope, image: Value): Value {
  const small = toSide(image);
  const [seen, mirrored] = both(scope, small);
  const odd = mul(sub(seen, mirrored), 0.5);
  return mul(tanh(div(odd, YAW_BOUND)), YAW_BOUND);
}

/** Responses to pictures and to their mirror images: in one batch where its size is known, so that both share statistics. */
function both(scope: ParameterScope, image: Value): [Value, Value] {
  const mirror = flip(image, [3]);
  const batch = image.shape[0]!;
  if (typeof batch === 'string') return [response(scope, image), response(scope, mirror)];
  const [seen, mirrored] = split(response(scope, concat([image, mirror], 0)), 0, [batch, batch]);
  return [seen!, mirrored!];
}

/** Means of blocks down to 64². */
function toSide(image: Value): Value {
  const side = image.shape[3] as number;
  return side === SIDE ? image : averagePool(image, side / SIDE);
}

/** g(I): f32 [N]. */
function response(scope: ParameterScope, image: Value): Value {
  let x = image;
  CHANNELS.forEach((channels, i) => {
    const layer = scope.scope(`conv${i}`);
    x = relu(batchNorm(layer.scope('norm'), convLayer(layer, x, channels, { stride: 2, bias: false })));
  });
  const batch = x.shape[0]!;
  const features = reshape(x, [batch, CHANNELS[CHANNELS.length - 1]! * 4]);
  const hidden = relu(denseLayer(scope.scope('hidden'), features, HIDDEN));
  return reshape(denseLayer(scope.scope('yaw'), hidden, 1, normal(0.01)), [batch]);
}
