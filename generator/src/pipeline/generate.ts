import type { LookAlikes } from './characters/diverse.ts';
import { openDrawer } from './characters/drawer.ts';
import { packCharacter } from './characters/pack.ts';
import { characterFile, rejectedRow, rowOf } from './characters/publish.ts';
import { type CharacterPlan, type CharacterRecipe, planCharacters } from './characters/recipe.ts';
import {
  type BatchOptions,
  type GenerateResult,
  type MakeCharacters,
  runBatch,
} from './characters/run-batch.ts';
import type { Platform } from './platform.ts';

export { GENERATE_DEFAULTS } from './characters/recipe.ts';
export type { GenerateResult } from './characters/run-batch.ts';

export interface GenerateOptions extends CharacterRecipe, Pick<BatchOptions, 'seeds' | 'out'> {
  /** Whether characters whose views fail the model's own checks are left out (default: no). */
  readonly reject?: boolean;
  /** Whether near-duplicates are left out (default: no). */
  readonly diverse?: boolean;
}

/**
 * Makes characters: `OUT/<seed>.glb`, `OUT/manifest.json`, `OUT/contact-sheet.png`. What the manifest lists as made
 * by the same model and options is kept, so that a second run does nothing and a killed one goes on.
 */
export async function generateCharacters(
  platform: Platform & LookAlikes,
  options: GenerateOptions,
): Promise<GenerateResult> {
  const { reject = false, diverse = false, seeds, out } = options;
  const plan = await planCharacters(platform, options);
  return runBatch(platform, plan, { seeds, out, reject, diverse }, makeInTurn(platform, plan, options));
}

/** Makes one character after the other, in the thread that asks. The first error ends the run. */
export function makeInTurn(
  platform: Platform,
  plan: CharacterPlan,
  options: GenerateOptions,
): MakeCharacters {
  const { reject = false, out } = options;
  return async (missing, report) => {
    // What the plan warns of has been said.
    const drawer = await openDrawer({ ...platform, warn: () => {} }, options, { readTurns: reject });
    try {
      for (const { seed, key } of missing) {
        platform.signal.throwIfAborted();
        const drawn = await drawer.draw(seed);
        const packed = await packCharacter(platform, { ...plan, recipe: options }, drawn, {
          key,
          out,
          reject,
        });
        if ('rejected' in packed) {
          await report({ dropped: rejectedRow(seed, key, packed) });
          continue;
        }
        await platform.files.write(`${out}/${characterFile(seed)}`, packed.bytes);
        await report({ row: rowOf(platform.files, plan, seed, { key, ...packed }), made: true });
      }
    } finally {
      await drawer.release();
    }
  };
}
