import type { DepthView } from '../../../generator/src/evaluation/index.ts';

/** Pixels of a side, focal length in half-widths, and the ball's radius in the camera's distances. */
export const SIDE = 64;
export const BALL_FOCAL = 9.21;
export const BALL_RADIUS = 0.08;

export interface Paint {
  /** Turns the paint: another subject. Radians. */
  readonly phase: number;
  /** Moves the paint over the ball: a view that does not agree. Radians. */
  readonly swim: number;
}

/**
 * A painted ball about the pivot with its true depth.
 * @param yaw radians
 */
export function ball(
  yaw: number,
  { phase, swim }: Paint = { phase: 0, swim: 0 },
): DepthView & {
  readonly depth: Float32Array;
  readonly mask: Float32Array;
} {
  const area = SIDE * SIDE;
  const data = new Float32Array(3 * area);
  const depth = new Float32Array(area).fill(1);
  const mask = new Float32Array(area);
  for (let k = 0; k < area; k++) {
    const x = ((k % SIDE) + 0.5 - SIDE / 2) / (SIDE / 2) / BALL_FOCAL;
    const y = -(Math.floor(k / SIDE) + 0.5 - SIDE / 2) / (SIDE / 2) / BALL_FOCAL;
    // |d·(x, y, −1) + (0, 0, 1)| = radius, the nearer of the two.
    const [a, b, c] = [x * x + y * y + 1, -2, 1 - BALL_RADIUS ** 2];
    const root = b * b - 4 * a * c;
    if (root < 0) continue;
    const d = (-b - Math.sqrt(root)) / (2 * a);
    [mask[k], depth[k]] = [1, d];
    const [px, py, pz] = [d * x, d * y, 1 - d];
    const longitude = Math.atan2(px, pz) - yaw + swim;
    data[k] = 0.8 * Math.sin(6 * longitude + phase);
    data[area + k] = 0.8 * Math.cos((py / BALL_RADIUS) * 4 + 2 * phase);
    data[2 * area + k] = 0.5 * Math.sin(3 * longitude + 20 * py - phase);
  }
  return { picture: { width: SIDE, height: SIDE, data }, depth, mask, yaw };
}
