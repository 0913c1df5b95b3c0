import { z } from 'zod';
import { GENERATE_DEFAULTS } from '../../pipeline/generate.ts';
import { degree, edits, modelName, seed, truncation } from '../jobs/job-request.ts';

/** Views of a subject, wanted at once and not kept. */
export interface PreviewRequest {
  readonly model: string;
  readonly seed: number;
  readonly truncation: number;
  readonly edits?: Readonly<Record<string, number>> | undefined;
  readonly refine: boolean;
  /** Degrees. */
  readonly yaws: readonly number[];
}

/** More views than this are a job's work. */
const MOST_VIEWS = 37;

/** Body of `POST /v1/previews`. */
export const PreviewRequestSchema: z.ZodType<PreviewRequest> = z
  .strictObject({
    model: modelName,
    seed,
    truncation: truncation.default(GENERATE_DEFAULTS.truncation),
    edits: edits.optional(),
    refine: z.boolean().default(true),
    yaws: z
      .array(degree)
      .min(1)
      .max(MOST_VIEWS)
      .refine((yaws) => new Set(yaws).size === yaws.length, 'expected each yaw once'),
  })
  .meta({ id: 'PreviewRequest' });
