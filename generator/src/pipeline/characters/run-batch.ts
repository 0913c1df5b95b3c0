import { degrees } from '@turnaround/plugin/asset';
import { PipelineError, type Platform } from '../platform.ts';
import { writeContactSheets } from '../run-contact-sheet.ts';
import { type DroppedRow, type ManifestRow, openRunManifest, type RunManifest } from '../run-manifest.ts';
import { dropDuplicates, type LookAlikes } from './diverse.ts';
import { characterFile } from './publish.ts';
import type { CharacterPlan } from './recipe.ts';

/** One character that has to be made. */
export interface MissingCharacter {
  readonly seed: number;
  readonly key: string;
  /** Whether a file of this key stands there that is not what was written: it must not be taken for the character. */
  readonly damaged: boolean;
}

/** What became of it. */
export type CharacterOutcome =
  | { readonly row: ManifestRow; readonly made: boolean }
  | { readonly dropped: DroppedRow }
  | { readonly failed: FailedCharacter };

/** A seed that could not be made, while the others were. */
export interface FailedCharacter {
  readonly seed: number;
  readonly error: string;
}

/** What a run did. */
export interface GenerateResult {
  readonly made: number;
  readonly kept: number;
  /** Yaw of the views in degrees; an estimate where `calibrated` is false. */
  readonly degrees: readonly number[];
  readonly calibrated: boolean;
  readonly characters: readonly ManifestRow[];
  /** Seeds that curation left out; empty where none was asked for. */
  readonly dropped: readonly DroppedRow[];
  /** Empty in process, where the first error ends the run. */
  readonly failed: readonly FailedCharacter[];
}

export interface BatchOptions {
  readonly seeds: readonly number[];
  /** Folder to write. */
  readonly out: string;
  /** Whether characters whose views fail the model's own checks are left out. */
  readonly reject: boolean;
  /** Whether near-duplicates are left out. */
  readonly diverse: boolean;
}

/** Makes what is missing, in any order, and reports each as it comes. */
export type MakeCharacters = (
  missing: readonly MissingCharacter[],
  report: (...outcomes: readonly CharacterOutcome[]) => Promise<void>,
) => Promise<void>;

/**
 * What all ways of making characters share: finding out what is missing, keeping the manifest while `make` makes it,
 * curation, contact sheets.
 */
export async function runBatch(
  platform: Platform & LookAlikes,
  plan: CharacterPlan,
  options: BatchOptions,
  make: MakeCharacters,
): Promise<GenerateResult> {
  const { files } = platform;
  const { seeds, out, reject } = options;
  if (reject && !plan.manifest.calibrated)
    platform.warn('--reject: this model is not calibrated, so that only its mattes can be checked');
  const manifest = await openRunManifest(files, out);
  const rows = new Map<number, ManifestRow>();
  const dropped = new Map<number, DroppedRow>();
  const failed: FailedCharacter[] = [];
  const tell = (text: string) =>
    platform.progress({
      stage: 'characters',
      done: rows.size + dropped.size + failed.length,
      total: seeds.length,
      text,
    });
  const missing = await missingOf(manifest, plan, options, { rows, dropped }, tell);
  let made = 0;
  let changed = false;
  if (missing.length > 0)
    await make(missing, async (...outcomes) => {
      const added = outcomes.flatMap((outcome) => ('row' in outcome ? outcome.row : []));
      const gone = outcomes.flatMap((outcome) => ('dropped' in outcome ? outcome.dropped : []));
      for (const { seed } of gone) await files.remove(`${out}/${characterFile(seed)}`);
      if (gone.length > 0) await manifest.drop(...gone);
      if (added.length > 0) await manifest.add(...added);
      changed ||= gone.length > 0 || outcomes.some((outcome) => 'row' in outcome && outcome.made);
      for (const outcome of outcomes)
        if ('row' in outcome) {
          rows.set(outcome.row.seed, outcome.row);
          if (outcome.made) made++;
          tell(outcome.row.file);
        } else if ('dropped' in outcome) {
          dropped.set(outcome.dropped.seed, outcome.dropped);
          tell(`${outcome.dropped.seed} rejected`);
        } else {
          failed.push(outcome.failed);
          tell(`${outcome.failed.seed} failed`);
        }
    });
  const inOrder = <T>(all: ReadonlyMap<number, T>) => seeds.flatMap((seed) => all.get(seed) ?? []);
  const duplicates = options.diverse ? await dropDuplicates(platform, manifest, out, inOrder(rows)) : [];
  for (const duplicate of duplicates) {
    dropped.set(duplicate.seed, duplicate);
    rows.delete(duplicate.seed);
  }
  const characters = inOrder(rows);
  if (characters.length > 0)
    await writeContactSheets(platform, out, characters, changed || duplicates.length > 0);
  return {
    made,
    kept: characters.length + duplicates.length - made,
    degrees: plan.yaws.map(degrees),
    calibrated: plan.manifest.calibrated,
    characters,
    dropped: inOrder(dropped),
    failed,
  };
}

/** Sorts what is settled already into `settled`, and says what is not. */
async function missingOf(
  manifest: RunManifest,
  plan: CharacterPlan,
  { seeds, reject, diverse }: BatchOptions,
  settled: { readonly rows: Map<number, ManifestRow>; readonly dropped: Map<number, DroppedRow> },
  tell: (text: string) => void,
): Promise<MissingCharacter[]> {
  const unsettled: MissingCharacter[] = [];
  for (const seed of seeds) {
    const key = plan.key(seed);
    const row = await manifest.finished(seed, key);
    const rejected = reject ? manifest.dropped(seed, key) : null;
    if (row && (!reject || row.checks)) {
      settled.rows.set(seed, row);
      tell(row.file);
    } else if (rejected?.because === 'rejected') {
      settled.dropped.set(seed, rejected);
      tell(`${seed} rejected`);
    } else unsettled.push({ seed, key, damaged: !row && manifest.knows(seed, key) });
  }
  if (!diverse) return unsettled;
  // A duplicate stays out as long as the one that it is like stays in.
  return unsettled.filter(({ seed, key }) => {
    const duplicate = manifest.dropped(seed, key);
    if (duplicate?.because !== 'duplicate' || !settled.rows.has(duplicate.of!)) return true;
    if (reject && !duplicate.checks) return true;
    settled.dropped.set(seed, duplicate);
    tell(`${seed} like ${duplicate.of}`);
    return false;
  });
}

/** Refuses a run in which nothing could be made. */
export function requireCharacters({ characters, dropped, failed }: GenerateResult): void {
  const [first] = failed;
  if (first && characters.length === 0 && dropped.length === 0)
    throw new PipelineError(
      'all-failed',
      `none of ${failed.length} characters could be made; seed ${first.seed}: ${first.error}`,
    );
}
