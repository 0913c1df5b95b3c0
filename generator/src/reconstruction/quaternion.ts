import type { Matrix3 } from '@turnaround/plugin/asset';

/** w, x, y, z of unit length, Hamilton's: COLMAP's order. w ≥ 0. */
export type Quaternion = readonly [number, number, number, number];

/**
 * The quaternion of a rotation matrix. Divides by the largest of the four parts, which is at least ½ (Shepperd, 1978),
 * so that nothing is lost near half a turn.
 */
export function quaternionOf([[a, b, c], [d, e, f], [g, h, i]]: Matrix3): Quaternion {
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]!);
  const [w, x, y, z] = (
    [
      [s / 4, (h - f) / s, (c - g) / s, (d - b) / s],
      [(h - f) / s, s / 4, (b + d) / s, (c + g) / s],
      [(c - g) / s, (b + d) / s, s / 4, (f + h) / s],
      [(d - b) / s, (c + g) / s, (f + h) / s, s / 4],
    ] as const
  )[largest]!;
  return w < 0 ? [-w, -x, -y, -z] : [w, x, y, z];
}
