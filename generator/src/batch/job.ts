import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CharacterRecipe } from '../pipeline/characters/recipe.ts';
import type { CharacterOutcome } from '../pipeline/characters/run-batch.ts';
import { NOISE_MODES } from '../pipeline/turning-noise.ts';

/** One character on the queue: all that a worker on any machine has to know. */
export interface BatchJob {
  readonly formatVersion: 1;
  readonly seed: number;
  /** Content key that the file will have. */
  readonly key: string;
  /** SHA-256 of the model's `model.json`: a worker finds its own copy by it. */
  readonly modelHash: string;
  /** Paths are absolute. */
  readonly recipe: CharacterRecipe;
  /** Absolute folder, or s3://bucket/prefix. */
  readonly out: string;
  /** Of S3-compatible storage other than Amazon's; null: the worker's own setting. */
  readonly endpoint: string | null;
  readonly reject: boolean;
}

/** What a worker hands back. A failure is the queue's to keep. */
export type BatchOutcome = Exclude<CharacterOutcome, { readonly failed: unknown }>;

const recipe: z.ZodType<CharacterRecipe> = z.strictObject({
  model: z.string().min(1),
  views: z.int().min(1).max(361),
  range: z.strictObject({ minimum: z.number(), maximum: z.number() }).nullable(),
  truncation: z.number().min(0).max(2),
  matte: z.string().min(1).nullable(),
  format: z.enum(['webp', 'png']),
  triangles: z.int().min(100).max(200_000),
  geometry: z.enum(['plain', 'meshopt']),
  refine: z.boolean().nullable(),
  polish: z.int().min(0).max(1000),
  keepViews: z.boolean(),
  noise: z.enum(NOISE_MODES).optional(),
  edits: z.record(z.string(), z.number()).optional(),
});

/** A queue holds what others have written: a worker reads it as it would read a file. */
export const BatchJobSchema: z.ZodType<BatchJob> = z.strictObject({
  formatVersion: z.literal(1),
  seed: z.int().min(0).max(0xffffffff),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  modelHash: z.string().regex(/^[0-9a-f]{64}$/),
  recipe,
  out: z.string().min(1),
  endpoint: z.string().nullable(),
  reject: z.boolean(),
});

/** The same character for the same folder is the same job, however often it is asked for. */
export function jobId({ key, out, endpoint, reject }: BatchJob): string {
  return createHash('sha256')
    .update(JSON.stringify([key, out, endpoint, reject]))
    .digest('hex');
}
