import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { cameraDirection, type ImpostorExtension, radians } from '../asset/index.ts';

/** Of the stage's height, what a character's frame takes. */
const FILL = 0.94;
/** The lens of a portrait: a narrow field of view from some way off (radians). */
export const FIELD_OF_VIEW: number = radians(12);

/** Where a camera stands, and where it looks. */
export interface PortraitView {
  readonly position: Vector3;
  readonly middle: Vector3;
  readonly distance: number;
}

/**
 * The place from which a character fills a stage, in the character's space.
 *
 * @param aspect  of the stage: width by height
 * @param yaw     radians
 * @param pitch   radians
 */
export function portraitView(
  { pivot, frame }: Pick<ImpostorExtension, 'pivot' | 'frame'>,
  aspect: number,
  yaw: number,
  pitch: number,
): PortraitView {
  // The narrower side of the stage decides.
  const high = Math.max(frame[1], frame[0] / aspect) / FILL;
  const distance = high / 2 / Math.tan(FIELD_OF_VIEW / 2);
  // The bust stands on the stage's lower edge; the room above it is air.
  const middle = new Vector3(pivot[0], pivot[1] + (high - frame[1]) / 2, pivot[2]);
  return {
    position: new Vector3(...cameraDirection(yaw, pitch)).scale(distance).add(middle),
    middle,
    distance,
  };
}
