/**
 * How a depth texture stores distances. A pixel's code is 256·R + G, opaque, in 8 bits each: browsers hand out no more
 * of a 16-bit picture. Codes count from `near` (0) to `far` (65535); the last one means background. Read without
 * filtering: a mean of two codes' bytes is no code.
 */

/** The distances that a character's stored depth can name, along a view's optical axis, in units of the camera's
 *  distance from the pivot: the pivot lies at 1. */
export interface DepthRange {
  /** Above 0; code 0. */
  readonly near: number;
  /** Above `near`; code 65535. */
  readonly far: number;
}

/** The code that means background; the range's far end. A subject's pixel never has it. */
export const BACKGROUND_CODE = 65535;

/** Distance of a pixel's code, 0..65535; infinite for background. */
export function depthOfCode(code: number, { near, far }: DepthRange): number {
  return code === BACKGROUND_CODE ? Number.POSITIVE_INFINITY : near + (code / BACKGROUND_CODE) * (far - near);
}
