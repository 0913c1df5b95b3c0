/** The latents of one subject at several yaws. */
export interface SubjectLatents {
  /** f32 [L,W]: the subject that they are to agree with. */
  readonly source: Float32Array;
  /** Radians at which it is seen. */
  readonly sourceYaw: number;
  /** f32 [n,L,W], one view each. */
  readonly views: Float32Array;
}
