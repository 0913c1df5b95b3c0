import { reshape } from '../ops/layout.ts';
import { elementCount } from '../shape.ts';
import type { Value } from '../value.ts';

/** Operators that treat elements alike wherever they lie. */
export const ELEMENTWISE: ReadonlySet<string> = new Set(
  'Abs Add And Cast Clip Cos Div Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual Identity LeakyRelu Less LessOrEqual Log Max Min Mul Neg Pow Reciprocal Relu Sigmoid Sign Sin Softplus Sqrt Sub Tanh Where'.split(
    ' ',
  ),
);

export function viewShape([batch, channels, height, width]: readonly number[], block: number): number[] {
  return [batch!, channels! / block, height! * width!, block];
}

/** The layout as its own axes: [N, C/b, H·W, b]. */
export function view(blocked: Value, block: number): Value {
  return reshape(blocked, viewShape(blocked.shape as number[], block));
}

/** A value per channel, or per sample and channel, beside a view. */
export function channelView(perChannel: Value, block: number): Value {
  const [samples, channels] =
    perChannel.shape.length === 4 ? (perChannel.shape as number[]) : [1, elementCount(perChannel.shape)];
  return reshape(perChannel, [samples!, channels! / block, 1, block]);
}
