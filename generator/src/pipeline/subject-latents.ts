/** The latents of one subject at several yaws. */
export interface SubjectLatents {
  /** f32 [L,W]: the subject that faces the camera. */
  readonly source: Float32Array;
  /** f32 [n,L,W], one view each. */
  readonly views: Float32Array;
}
