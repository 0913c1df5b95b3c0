import type { DepthView } from '../../reconstruction/index.ts';

/** A subject's views with all that a reconstruction needs. */
export interface ReconstructionViews {
  /** By rising yaw, all of one size. */
  readonly views: readonly DepthView[];
  /** Half-widths of a view. */
  readonly focal: number;
  /** What the views are of, for people: model and seed, or a file. */
  readonly subject: string;
  /** Whether their latents were mended; null where that is not known. */
  readonly refined: boolean | null;
}
