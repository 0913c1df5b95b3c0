/** Three numbers: a place or a way. */
export type Vector = readonly [number, number, number];

export const minus = (p: Vector, q: Vector): Vector => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
export const dot = (p: Vector, q: Vector): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
export const length = (p: Vector): number => Math.hypot(...p);
export const cross = (p: Vector, q: Vector): Vector => [
  p[1] * q[2] - p[2] * q[1],
  p[2] * q[0] - p[0] * q[2],
  p[0] * q[1] - p[1] * q[0],
];

/** Of length 1; 0 stays 0. */
export const unit = (p: Vector): Vector => {
  const long = length(p) || 1;
  return [p[0] / long, p[1] / long, p[2] / long];
};
