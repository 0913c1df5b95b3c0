import { z } from 'zod';
import { VERSION } from '../version.ts';
import { type CharacterChecks, CharacterChecksSchema } from './characters/check-record.ts';
import type { Files } from './files.ts';
import { parseJson } from './model-manifest.ts';
import { PipelineError } from './platform.ts';

/** One character of a run. */
export interface ManifestRow {
  readonly seed: number;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly views: number;
  /** SHA-256 of `model.json`. */
  readonly modelHash: string;
  /** All that the file depends on besides the seed and the model. */
  readonly options: Readonly<Record<string, unknown>>;
  /** SHA-256 of seed, model, options and generator: a file with the same key is not made again. */
  readonly key: string;
  /** Of a character that was made with `--reject`, and passed. */
  readonly checks?: CharacterChecks | undefined;
}

/** A seed that was asked for and has no file, because the run was curated. */
export interface DroppedRow {
  readonly seed: number;
  /** Of the file that it would have. */
  readonly key: string;
  readonly because: 'rejected' | 'duplicate';
  /** For people, with the numbers. */
  readonly reasons: readonly string[];
  /** Of a rejected one, where its views could be measured. */
  readonly checks?: CharacterChecks | undefined;
  /** Of a duplicate: the seed that was kept in its place, and the likeness to it. */
  readonly of?: number | undefined;
  readonly likeness?: number | undefined;
}

const row: z.ZodType<ManifestRow> = z.object({
  seed: z.number().int(),
  file: z.string(),
  sha256: z.string(),
  bytes: z.number().int(),
  views: z.number().int(),
  modelHash: z.string(),
  options: z.record(z.string(), z.unknown()),
  key: z.string(),
  checks: CharacterChecksSchema.optional(),
});

const droppedRow: z.ZodType<DroppedRow> = z.object({
  seed: z.number().int(),
  key: z.string(),
  because: z.enum(['rejected', 'duplicate']),
  reasons: z.array(z.string()),
  checks: CharacterChecksSchema.optional(),
  of: z.number().int().optional(),
  likeness: z.number().optional(),
});

interface ManifestDocument {
  readonly formatVersion: 1;
  readonly generator: string;
  readonly characters: readonly ManifestRow[];
  readonly dropped?: readonly DroppedRow[] | undefined;
  readonly compared?: string | undefined;
}

const Schema: z.ZodType<ManifestDocument> = z.object({
  formatVersion: z.literal(1),
  generator: z.string(),
  characters: z.array(row),
  dropped: z.array(droppedRow).optional(),
  compared: z.string().optional(),
});

/**
 * `manifest.json` of a run folder: what has been made. It is written anew after each character, so that a run
 * which is killed loses at most the one it was making.
 */
export interface RunManifest {
  /** The row of a seed whose file stands there, unchanged, with this key. */
  finished(seed: number, key: string): Promise<ManifestRow | null>;
  /** Whether a row says that this seed has been made under this key, whatever became of its file. */
  knows(seed: number, key: string): boolean;
  /** Why there is no file of this seed and key. */
  dropped(seed: number, key: string): DroppedRow | null;
  add(...rows: readonly ManifestRow[]): Promise<void>;
  drop(...rows: readonly DroppedRow[]): Promise<void>;
  /** What stands for the set of characters that was last searched for duplicates. */
  compared(): string | null;
  setCompared(set: string): Promise<void>;
}

export async function openRunManifest(files: Files, folder: string): Promise<RunManifest> {
  const path = `${folder}/manifest.json`;
  const rows = new Map<number, ManifestRow>();
  const dropped = new Map<number, DroppedRow>();
  let compared: string | undefined;
  if (await files.exists(path)) {
    const result = Schema.safeParse(parseJson(await files.read(path), path));
    if (!result.success)
      throw new PipelineError(
        'manifest',
        `${path}: expected a manifest of turnaround generate, got something else; name another --out`,
      );
    for (const known of result.data.characters) rows.set(known.seed, known);
    for (const known of result.data.dropped ?? []) dropped.set(known.seed, known);
    compared = result.data.compared;
  }
  const sorted = <T extends { readonly seed: number }>(all: Map<number, T>) =>
    [...all.values()].sort((a, b) => a.seed - b.seed);
  const write = async () => {
    const document: ManifestDocument = {
      formatVersion: 1,
      generator: `turnaround ${VERSION}`,
      characters: sorted(rows),
      ...(dropped.size > 0 ? { dropped: sorted(dropped) } : {}),
      ...(compared === undefined ? {} : { compared }),
    };
    await files.write(path, `${JSON.stringify(document, null, 1)}\n`);
  };
  return {
    async finished(seed, key) {
      const known = rows.get(seed);
      if (known?.key !== key || !(await files.exists(`${folder}/${known.file}`))) return null;
      return files.sha256(await files.read(`${folder}/${known.file}`)) === known.sha256 ? known : null;
    },
    knows: (seed, key) => rows.get(seed)?.key === key,
    dropped(seed, key) {
      const known = dropped.get(seed);
      return known?.key === key ? known : null;
    },
    async add(...made) {
      for (const one of made) {
        rows.set(one.seed, one);
        dropped.delete(one.seed);
      }
      await write();
    },
    async drop(...gone) {
      for (const one of gone) {
        dropped.set(one.seed, one);
        rows.delete(one.seed);
      }
      await write();
    },
    compared: () => compared ?? null,
    async setCompared(set) {
      compared = set;
      await write();
    },
  };
}
