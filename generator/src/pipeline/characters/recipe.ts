import { degrees, type ViewRange, viewYaws } from '@turnaround/plugin/asset';
import { WRITE_CHARACTER_DEFAULTS, type WriteCharacterOptions } from '../../impostor/index.ts';
import { VERSION } from '../../version.ts';
import type { Files } from '../files.ts';
import { type ModelManifest, readModelManifest } from '../model-manifest.ts';
import { matteName } from '../open-matte.ts';
import type { Platform } from '../platform.ts';
import type { SubjectEdits } from '../slider-directions.ts';
import { defaultRange, requireDirection, warnBeyondReach } from '../sweep.ts';
import type { NoiseMode } from '../turning-noise.ts';

/** How characters are made of a model: all that a file depends on besides its seed. */
export interface CharacterRecipe {
  /** Model folder. */
  readonly model: string;
  /** Views of each character. */
  readonly views: number;
  /** null: −60° to 60°, or as far as the model turns. */
  readonly range: ViewRange | null;
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  readonly format: 'webp' | 'png';
  /** Most triangles of the mesh for viewers that do not know the extension. */
  readonly triangles: number;
  /** How that mesh is stored. */
  readonly geometry: WriteCharacterOptions['geometry'];
  /** Whether rotated latents are mended; null: where the model has learned to. */
  readonly refine: boolean | null;
  /** Steps of optimising each subject's views together, on top of that; 0: none. */
  readonly polish: number;
  /** What becomes of the synthesis network's noise; `constant` if left out. */
  readonly noise?: NoiseMode | undefined;
  /** How far each subject is moved along the model's slider directions. */
  readonly edits?: SubjectEdits | undefined;
  /** Also writes each view and its depth as PNGs, with `views.json`. */
  readonly keepViews: boolean;
}

type RecipeDefaults = Pick<CharacterRecipe, 'views' | 'truncation' | 'format' | 'triangles' | 'geometry'>;

/** Thirteen views over 120° stand 10° apart; ψ = 0.8 is the paper's (§4). */
export const GENERATE_DEFAULTS: RecipeDefaults = {
  views: 13,
  truncation: 0.8,
  format: 'webp',
  triangles: WRITE_CHARACTER_DEFAULTS.triangles,
  geometry: WRITE_CHARACTER_DEFAULTS.geometry,
};

/** A recipe with what its model's manifest adds; no network has been opened. */
export interface CharacterPlan {
  readonly manifest: ModelManifest;
  /** SHA-256 of `model.json`. */
  readonly hash: string;
  /** Of the views, radians. */
  readonly yaws: readonly number[];
  /** All that a file depends on besides the seed and the model, as manifests record it. */
  readonly recorded: Readonly<Record<string, unknown>>;
  /** Content key: SHA-256 of seed, model, options and generator. */
  key(seed: number): string;
}

/** Works out what a recipe makes. Says where views lie beyond what the model turns. */
export async function planCharacters(
  { files, warn }: Pick<Platform, 'warn'> & { readonly files: Files },
  recipe: CharacterRecipe,
): Promise<CharacterPlan> {
  const { manifest, hash } = await readModelManifest(files, recipe.model);
  const direction = requireDirection(manifest, recipe.model);
  const range = recipe.range ?? defaultRange(direction, manifest);
  const yaws = viewYaws({ ...range, count: recipe.views });
  warnBeyondReach({ warn }, manifest, direction, yaws);
  const recorded = {
    degrees: yaws.map(degrees),
    truncation: recipe.truncation,
    refined: recipe.refine ?? manifest.refiner !== null,
    polish: recipe.polish,
    matte: matteName(recipe.matte),
    format: recipe.format,
    triangles: recipe.triangles,
    geometry: recipe.geometry,
    keepViews: recipe.keepViews,
    ...(recipe.noise && recipe.noise !== 'constant' ? { noise: recipe.noise } : {}),
    ...(recipe.edits ? { edits: recipe.edits } : {}),
  };
  return {
    manifest,
    hash,
    yaws,
    recorded,
    key: (seed) => files.sha256(new TextEncoder().encode(JSON.stringify([seed, hash, recorded, VERSION]))),
  };
}
