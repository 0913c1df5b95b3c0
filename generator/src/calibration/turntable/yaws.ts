import {
  div,
  exp,
  matMul,
  mul,
  type ParameterScope,
  reshape,
  sub,
  sum,
  type Value,
  zeros,
} from '../../graph/index.ts';

/** What is known of a turntable's steps before anything is learned. */
export interface TurntableSteps {
  /** Radians from each view to the next, all of one sign and none 0: where learning starts. */
  readonly initial: Float32Array;
  /** Radians from the first view to the last, where a person says so; null: learned. */
  readonly total: number | null;
}

/** Change of a step's logarithm for one unit of its parameter: Adam moves a parameter by the rate, which suits weights. */
const GAIN = 20;

/**
 * Yaws of the views of one turntable. Each step between neighbours is a number of its own: with a few dozen pictures
 * that is far better conditioned than a net, and steps that cannot change sign keep the order of the pictures.
 * @returns f32 [N], radians, 0 halfway between the first and the last view
 */
export function turntableYaws(scope: ParameterScope, { initial, total }: TurntableSteps): Value {
  const { graph } = scope;
  const count = initial.length;
  const change = exp(mul(scope.parameter('steps', [count], zeros, { decay: false }), GAIN));
  let steps = mul(change, graph.constant(initial, [count], { name: 'steps' }));
  if (total !== null) steps = mul(steps, div(total, sum(steps)));
  const before = graph.constant(stepsBefore(count + 1), [count + 1, count], { name: 'before' });
  const yaw = reshape(matMul(before, reshape(steps, [count, 1])), [count + 1]);
  return sub(yaw, mul(sum(steps), 0.5));
}

/** Row k sums the steps before view k. @returns f32 [N,N−1] */
function stepsBefore(views: number): Float32Array {
  return Float32Array.from({ length: views * (views - 1) }, (_, i) =>
    i % (views - 1) < Math.floor(i / (views - 1)) ? 1 : 0,
  );
}
