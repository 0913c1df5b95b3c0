import { readCharacter } from '../../impostor/index.ts';
import type { Files } from '../files.ts';
import type { DroppedRow, ManifestRow } from '../run-manifest.ts';
import { type CharacterChecks, CharacterChecksSchema } from './check-record.ts';
import type { PackedCharacter } from './pack.ts';
import type { CharacterPlan } from './recipe.ts';

/** A file that stands in its place. */
export interface Published {
  readonly bytes: Uint8Array;
  readonly key: string;
  readonly checks: CharacterChecks | null;
}

/** Where a run's character stands. */
export const characterFile = (seed: number): string => `${seed}.glb`;

/** What stands at a path: a character with its key, which lies in the file itself. null for anything else, or nothing. */
export async function readPublished(files: Files, path: string): Promise<Published | null> {
  if (!(await files.exists(path))) return null;
  const bytes = await files.read(path);
  try {
    const { key, checks } = (await readCharacter(bytes)).extras;
    if (typeof key !== 'string') return null;
    const passed = CharacterChecksSchema.safeParse(checks);
    return { bytes, key, checks: passed.success ? passed.data : null };
  } catch {
    return null;
  }
}

/**
 * Puts a character's file in its place. The file holds its key, so that one atomic step publishes both: whoever comes
 * second with the same key finds it there, and leaves it. Under another key it replaces what stands there.
 * @returns what stands there now, and whether it is this one
 */
export async function publishCharacter(
  files: Files,
  path: string,
  made: Published,
): Promise<{ readonly standing: Published; readonly published: boolean }> {
  if (await files.create(path, made.bytes)) return { standing: made, published: true };
  const standing = await readPublished(files, path);
  if (standing?.key === made.key && (standing.checks !== null || made.checks === null))
    return { standing, published: false };
  await files.write(path, made.bytes);
  return { standing: made, published: true };
}

/** The manifest's row of a published character. */
export function rowOf(
  files: Files,
  plan: Pick<CharacterPlan, 'yaws' | 'hash' | 'recorded'>,
  seed: number,
  { bytes, key, checks }: Published,
): ManifestRow {
  return {
    seed,
    file: characterFile(seed),
    sha256: files.sha256(bytes),
    bytes: bytes.byteLength,
    views: plan.yaws.length,
    modelHash: plan.hash,
    options: plan.recorded,
    key,
    ...(checks ? { checks } : {}),
  };
}

/** The manifest's row of a character that its checks leave out. */
export function rejectedRow(
  seed: number,
  key: string,
  { rejected: reasons, checks }: Extract<PackedCharacter, { readonly rejected: unknown }>,
): DroppedRow {
  return { seed, key, because: 'rejected', reasons, ...(checks ? { checks } : {}) };
}

/** Removes files that stand under a character's key and are not what was written. */
export async function removeDamaged(
  files: Files,
  out: string,
  missing: readonly { readonly seed: number; readonly damaged: boolean }[],
): Promise<void> {
  for (const { seed, damaged } of missing) if (damaged) await files.remove(`${out}/${characterFile(seed)}`);
}
