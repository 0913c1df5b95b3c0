import { z } from 'zod';
import { parseJson } from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';
import type { FrontalSource } from './frontal-yaw.ts';

/** A character that was built, and what was found out on the way. */
export interface BuiltCharacter {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** SHA-256 of pictures, options and generator: a file with the same key is not made again. */
  readonly key: string;
  /** In the order of the turn. */
  readonly views: readonly { readonly picture: string; readonly yawDegrees: number }[];
  readonly turns: 'right' | 'left';
  readonly totalDegrees: number;
  /** Who says how many degrees the turn has. */
  readonly degreesFrom: 'person' | 'pictures';
  readonly frontalFrom: FrontalSource;
  readonly matte: string;
  /** Name of the model whose depth net learning began from; null: random weights. */
  readonly from: string | null;
  /** Mean photometric error of neighbours warped onto each other, and of neighbours left as they are, 0..1. */
  readonly warpError: number;
  readonly unwarpedError: number;
}

const Built: z.ZodType<BuiltCharacter> = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.number().int(),
  key: z.string(),
  views: z.array(z.object({ picture: z.string(), yawDegrees: z.number() })),
  turns: z.enum(['right', 'left']),
  totalDegrees: z.number(),
  degreesFrom: z.enum(['person', 'pictures']),
  frontalFrom: z.enum(['person', 'symmetry', 'middle of the turn']),
  matte: z.string(),
  from: z.string().nullable().default(null),
  warpError: z.number(),
  unwarpedError: z.number(),
});

/** What `NAME.json` says, if the character was made by the same key and its file stands there unchanged. */
export async function finishedCharacter(
  { files }: Pick<Platform, 'files'>,
  folder: string,
  name: string,
  key: string,
): Promise<BuiltCharacter | null> {
  const path = `${folder}/${name}.json`;
  if (!(await files.exists(path))) return null;
  const known = Built.safeParse(parseJson(await files.read(path), path));
  if (!known.success)
    throw new PipelineError(
      'build-out',
      `${path}: expected what turnaround build writes, got something else; name another --name or --out`,
    );
  const { key: of, file, sha256 } = known.data;
  if (of !== key || !(await files.exists(`${folder}/${file}`))) return null;
  return files.sha256(await files.read(`${folder}/${file}`)) === sha256 ? known.data : null;
}
