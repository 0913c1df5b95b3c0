import type { YawCurve } from '../../calibration/yaw-curve.ts';
import {
  add,
  cast,
  greater,
  greaterOrEqual,
  max,
  min,
  mul,
  reduceSum,
  reshape,
  sub,
  type Value,
} from '../../graph/index.ts';

/**
 * `xAt` in a graph: the x of a yaw, linear between the curve's points and held at its ends; where the curve stands
 * still, the middle of that stretch. Each piece adds its slope times how far the yaw has come on it, and a stretch at
 * one yaw adds its length, half of it at that yaw itself.
 * @param yaw f32 [N], radians @returns f32 [N]
 */
export function xOfYaw(curve: YawCurve, yaw: Value): Value {
  const { graph } = yaw;
  const pieces = curve.yaw.slice(1).map((end, k) => ({
    from: curve.yaw[k]!,
    width: Math.fround(end) - Math.fround(curve.yaw[k]!),
    length: curve.x[k + 1]! - curve.x[k]!,
  }));
  const row = (values: readonly number[], name: string): Value =>
    graph.constant(Float32Array.from(values), [1, values.length], { name: `curve.${name}` });
  const column = reshape(yaw, [yaw.shape[0]!, 1]);
  let x: Value | null = null;
  const include = (part: Value): void => {
    const total = reduceSum(part, [1], { keepDims: false });
    x = x ? add(x, total) : total;
  };
  const rising = pieces.filter(({ width }) => width > 0);
  if (rising.length > 0) {
    const along = sub(
      column,
      row(
        rising.map(({ from }) => from),
        'yaw',
      ),
    );
    const held = min(
      max(along, 0),
      row(
        rising.map(({ width }) => width),
        'width',
      ),
    );
    include(
      mul(
        held,
        row(
          rising.map(({ length, width }) => length / width),
          'slope',
        ),
      ),
    );
  }
  const still = pieces.filter(({ width }) => width === 0);
  if (still.length > 0) {
    const at = row(
      still.map(({ from }) => from),
      'still',
    );
    const passed = add(cast(greater(column, at), 'float32'), cast(greaterOrEqual(column, at), 'float32'));
    include(
      mul(
        passed,
        row(
          still.map(({ length }) => length / 2),
          'jump',
        ),
      ),
    );
  }
  return add(x!, curve.x[0]!);
}
