import type { SubjectSource } from './refine/subject-source.ts';

/** The latents of one subject at several yaws, and what they are to agree with. */
export interface SubjectLatents extends SubjectSource {
  /** f32 [n,L,W], one view each. */
  readonly views: Float32Array;
}
