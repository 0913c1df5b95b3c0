import { resolve } from 'node:path';
import type { CharacterPlan } from '../pipeline/characters/recipe.ts';
import type { MissingCharacter } from '../pipeline/characters/run-batch.ts';
import type { GenerateOptions } from '../pipeline/generate.ts';
import { S3_SCHEME } from '../platform/s3-files.ts';
import type { BatchJob } from './job.ts';

/** Where a run writes, as whoever does its jobs finds it. */
export const outOf = ({ out }: Pick<GenerateOptions, 'out'>): string =>
  out.startsWith(S3_SCHEME) ? out : resolve(out);

/**
 * The jobs of a run.
 * @param endpoint of S3-compatible storage; null: whoever does the job knows
 */
export function jobsFor(
  plan: Pick<CharacterPlan, 'hash'>,
  options: GenerateOptions,
  endpoint: string | null,
): (missing: Pick<MissingCharacter, 'seed' | 'key'>) => BatchJob {
  const out = outOf(options);
  const recipe = {
    model: resolve(options.model),
    views: options.views,
    range: options.range,
    truncation: options.truncation,
    matte: options.matte === null ? null : resolve(options.matte),
    format: options.format,
    triangles: options.triangles,
    geometry: options.geometry,
    refine: options.refine,
    polish: options.polish,
    keepViews: options.keepViews,
    ...(options.noise ? { noise: options.noise } : {}),
    ...(options.edits ? { edits: options.edits } : {}),
  };
  return ({ seed, key }) => ({
    formatVersion: 1,
    ...{ seed, key, modelHash: plan.hash, recipe, out, endpoint },
    reject: options.reject ?? false,
  });
}
