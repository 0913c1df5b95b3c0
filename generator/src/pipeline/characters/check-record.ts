import { z } from 'zod';

/** What the model's own nets say of a character's views, as files and manifests keep it. */
export interface CharacterChecks {
  /** Degrees turned for each degree asked, by the pose net: the slope through all views. null where nothing can tell. */
  readonly turnReached: number | null;
  /** PSNR of the two neighbouring views that agree least, each warped to the other by depth, dB, within the subject.
   *  null likewise, and where neighbours are more than 20° apart. */
  readonly warpDb: number | null;
  /** Share of the picture that the subject covers, in the view where it covers least and most. */
  readonly coverage: readonly [least: number, most: number];
}

export const CharacterChecksSchema: z.ZodType<CharacterChecks> = z.object({
  turnReached: z.number().nullable(),
  warpDb: z.number().nullable(),
  coverage: z.tuple([z.number(), z.number()]),
});
