import { z } from 'zod';
import { VERSION } from '../version.ts';
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
});

const Schema: z.ZodType<{ formatVersion: 1; generator: string; characters: ManifestRow[] }> = z.object({
  formatVersion: z.literal(1),
  generator: z.string(),
  characters: z.array(row),
});

/**
 * `manifest.json` of a run folder: what has been made. It is written anew after each character, so that a run
 * which is killed loses at most the one it was making.
 */
export interface RunManifest {
  /** The row of a seed whose file stands there, unchanged, with this key. */
  finished(seed: number, key: string): Promise<ManifestRow | null>;
  add(row: ManifestRow): Promise<void>;
  /** Rows in the order of their seeds. */
  rows(): readonly ManifestRow[];
}

export async function openRunManifest(files: Files, folder: string): Promise<RunManifest> {
  const path = `${folder}/manifest.json`;
  const rows = new Map<number, ManifestRow>();
  if (await files.exists(path)) {
    const result = Schema.safeParse(parseJson(await files.read(path), path));
    if (!result.success)
      throw new PipelineError(
        'manifest',
        `${path}: expected a manifest of turnaround generate, got something else; name another --out`,
      );
    for (const known of result.data.characters) rows.set(known.seed, known);
  }
  const sorted = () => [...rows.values()].sort((a, b) => a.seed - b.seed);
  return {
    async finished(seed, key) {
      const known = rows.get(seed);
      if (known?.key !== key || !(await files.exists(`${folder}/${known.file}`))) return null;
      return files.sha256(await files.read(`${folder}/${known.file}`)) === known.sha256 ? known : null;
    },
    async add(made) {
      rows.set(made.seed, made);
      const document = { formatVersion: 1, generator: `turnaround ${VERSION}`, characters: sorted() };
      await files.write(path, `${JSON.stringify(document, null, 1)}\n`);
    },
    rows: sorted,
  };
}
