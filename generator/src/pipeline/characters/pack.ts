import {
  type CharacterView,
  createFlatMatte,
  cutoutToRgba,
  MatteError,
  type RgbaImage,
  standingFrame,
  type WriteCharacterOptions,
  writeCharacter,
} from '../../impostor/index.ts';
import { VERSION } from '../../version.ts';
import { keepViews } from '../keep-views.ts';
import type { Platform } from '../platform.ts';
import { raiseDepths } from '../view-depth.ts';
import type { CharacterChecks } from './check-record.ts';
import { checkCharacter, failedChecks } from './checks.ts';
import type { DrawnCharacter } from './drawer.ts';
import type { CharacterPlan, CharacterRecipe } from './recipe.ts';

/** The parts of a plan that packing needs. They can go to another thread. */
export interface PackPlan extends Pick<CharacterPlan, 'hash' | 'yaws'> {
  readonly manifest: Pick<
    CharacterPlan['manifest'],
    'name' | 'calibrated' | 'licence' | 'attribution' | 'source'
  >;
  readonly recipe: Pick<CharacterRecipe, 'truncation' | 'format' | 'triangles' | 'geometry' | 'keepViews'> &
    Partial<Pick<WriteCharacterOptions, 'mesh'>>;
}

/** A character's file, or why there is none. */
export type PackedCharacter =
  | { readonly bytes: Uint8Array; readonly checks: CharacterChecks | null }
  | { readonly rejected: readonly string[]; readonly checks: CharacterChecks | null };

export interface PackOptions {
  /** Content key; goes into the file. null: a file that is not kept. */
  readonly key: string | null;
  /** For kept views. */
  readonly out: string;
  /** Whether views are checked, and rejected where they fail. */
  readonly reject: boolean;
}

/**
 * All of making characters that runs no network: matte, depth at full size, mesh, atlases, file.
 * @throws MatteError where the views cannot be cut and that is no ground to reject
 */
export async function packCharacter(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  plan: PackPlan,
  drawn: DrawnCharacter,
  { key, out, reject }: PackOptions,
): Promise<PackedCharacter> {
  const { manifest, hash, yaws, recipe } = plan;
  let cut: readonly RgbaImage[];
  try {
    cut = await cutOut(drawn);
  } catch (error) {
    if (!(reject && error instanceof MatteError)) throw error;
    return { rejected: [error.message], checks: null };
  }
  const checks = reject ? checkCharacter(drawn, yaws, cut) : null;
  const rejected = checks ? failedChecks(checks) : [];
  if (rejected.length > 0) return { rejected, checks };
  const depths = drawn.depth && raiseDepths(drawn.depth.maps, cut);
  const views = cut.map((image, k): CharacterView => {
    const view = { yaw: yaws[k]!, pitch: 0, image };
    return depths ? { ...view, depth: depths[k]! } : view;
  });
  if (recipe.keepViews) await keepViews({ files, images }, `${out}/${drawn.seed}`, views, drawn.depth?.focal);
  const bytes = await writeCharacter(
    images,
    {
      views,
      ...standingFrame(views[0]!.image),
      calibrated: manifest.calibrated,
      ...(drawn.depth ? { focal: drawn.depth.focal } : {}),
      provenance: {
        generator: `turnaround ${VERSION}`,
        model: manifest.name,
        modelHash: hash,
        seed: drawn.seed,
        truncation: recipe.truncation,
        licence: manifest.licence,
        source: manifest.source.file,
      },
    },
    {
      texture: recipe.format,
      triangles: recipe.triangles,
      geometry: recipe.geometry,
      attribution: manifest.attribution,
      ...(recipe.mesh ? { mesh: recipe.mesh } : {}),
      ...(key === null ? {} : { extras: { key, ...(checks ? { checks } : {}) } }),
    },
  );
  return { bytes, checks };
}

async function cutOut({ pictures, cut, cutError }: DrawnCharacter): Promise<readonly RgbaImage[]> {
  if (cutError !== null) throw new MatteError('views', cutError);
  return cut ?? (await createFlatMatte().cut(pictures)).map(cutoutToRgba);
}
