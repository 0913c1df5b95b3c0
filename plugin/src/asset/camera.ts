/**
 * The one definition of the camera. Right-handed, +X right, +Y up, +Z out of the subject's face. The camera looks
 * along its own −Z at the pivot. Positive yaw turns the subject's face towards +X, the viewer's right; positive pitch
 * raises the camera. Angles are radians.
 */

export type Vector3 = readonly [number, number, number];

/** Row-major. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

/** From where a subject is seen. */
export interface ViewAngles {
  /** Radians, −π..π. */
  readonly yaw: number;
  /** Radians, −π/2..π/2. */
  readonly pitch: number;
}

/** Degrees to radians. */
export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** Radians to degrees. */
export function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

/**
 * Rotation that takes a point about the pivot from the subject's axes to the camera's: p' = M·p. Without pitch
 * x' = cos(yaw)·x + sin(yaw)·z, y' = y, z' = −sin(yaw)·x + cos(yaw)·z. The rows are the camera's right, up and backward
 * axes in the subject's space.
 */
export function subjectToCamera(yaw: number, pitch = 0): Matrix3 {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return [
    [cy, 0, sy],
    [sp * sy, cp, -sp * cy],
    [-sy * cp, sp, cy * cp],
  ];
}

/** Unit vector from the pivot to the camera, in the subject's space: `viewAngles` turned round. */
export function cameraDirection(yaw: number, pitch = 0): Vector3 {
  return subjectToCamera(yaw, pitch)[2];
}

/**
 * Yaw and pitch of the view that a camera in this direction sees.
 *
 * @param direction  from the pivot to the camera, in the subject's space; any length but zero
 */
export function viewAngles([x, y, z]: Vector3): ViewAngles {
  return { yaw: Math.atan2(-x, z), pitch: Math.atan2(y, Math.hypot(x, z)) };
}

/** The same angle within −π..π. */
export function wrapAngle(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}
