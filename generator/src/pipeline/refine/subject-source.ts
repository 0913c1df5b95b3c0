import { xAt, type YawCurve, yawAt } from '../../calibration/yaw-curve.ts';
import type { TurningSubject } from '../sweep.ts';

/** What a subject's views are to agree with. */
export interface SubjectSource {
  /** f32 [L,W]: w of eq. 2. */
  readonly source: Float32Array;
  /** Radians at which it is seen, true ones where the model knows them. */
  readonly sourceYaw: number;
}

/**
 * The subject as the GAN drew it, at the yaw of its own w (paper, §3.2), and not its frontal view: a subject that changes
 * its hair as it turns then keeps that of a picture that the GAN makes of itself, and styles are as frequent among all views
 * as they are among samples. One that is turned farther than `reach` is turned back to it, so that a source shows both sides
 * of the face.
 * @param curve the subject's own, true radians over x from its frontal one
 * @param reach true radians; 0: the frontal view
 */
export function subjectSource(
  { own, frontal, latents }: TurningSubject,
  curve: YawCurve,
  reach: number,
): SubjectSource {
  const x = Math.min(xAt(curve, reach), Math.max(xAt(curve, -reach), own - frontal));
  return { source: latents(Float32Array.of(frontal + x)), sourceYaw: yawAt(curve, x) };
}
