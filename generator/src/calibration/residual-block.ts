import { add, batchNorm, convLayer, type ParameterScope, relu, type Value } from '../graph/index.ts';

/** Two convolutions and a shortcut, which is a 1×1 convolution where the size changes (He et al. 2016). */
export function residualBlock(scope: ParameterScope, x: Value, outputs: number, stride: number): Value {
  const first = convLayer(scope.scope('conv1'), x, outputs, { stride, bias: false });
  const inner = relu(batchNorm(scope.scope('norm1'), first));
  const second = convLayer(scope.scope('conv2'), inner, outputs, { bias: false });
  const normed = batchNorm(scope.scope('norm2'), second);
  if (stride === 1 && x.shape[1] === outputs) return relu(add(normed, x));
  const shortcut = scope.scope('shortcut');
  const projected = convLayer(shortcut.scope('conv'), x, outputs, { kernel: 1, stride, pad: 0, bias: false });
  return relu(add(normed, batchNorm(shortcut.scope('norm'), projected)));
}
