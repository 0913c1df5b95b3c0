import { degrees, type ViewRange, viewYaws } from '@turnaround/plugin/asset';
import {
  type CharacterView,
  cutoutToRgba,
  type Matte,
  standingFrame,
  WRITE_CHARACTER_DEFAULTS,
  type WriteCharacterOptions,
  writeCharacter,
} from '../impostor/index.ts';
import { VERSION } from '../version.ts';
import { keepViews } from './keep-views.ts';
import { openMatte } from './open-matte.ts';
import type { Platform } from './platform.ts';
import { writeContactSheets } from './run-contact-sheet.ts';
import { type ManifestRow, openRunManifest } from './run-manifest.ts';
import type { SubjectEdits } from './slider-directions.ts';
import { defaultRange, warnBeyondReach } from './sweep.ts';
import { type DepthReader, openDepth } from './view-depth.ts';
import { openViewSource, type ViewSource } from './view-source.ts';

export interface GenerateOptions {
  /** Model folder. */
  readonly model: string;
  readonly seeds: readonly number[];
  /** Folder to write. */
  readonly out: string;
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
  /** How far each subject is moved along the model's slider directions. */
  readonly edits?: SubjectEdits | undefined;
  /** Also writes each view and its depth as PNGs, with `views.json`. */
  readonly keepViews: boolean;
}

type GenerateDefaults = Pick<GenerateOptions, 'views' | 'truncation' | 'format' | 'triangles' | 'geometry'>;

/** Thirteen views over 120° stand 10° apart; ψ = 0.8 is the paper's (§4). */
export const GENERATE_DEFAULTS: GenerateDefaults = {
  views: 13,
  truncation: 0.8,
  format: 'webp',
  triangles: WRITE_CHARACTER_DEFAULTS.triangles,
  geometry: WRITE_CHARACTER_DEFAULTS.geometry,
};

/** What a run did. */
export interface GenerateResult {
  readonly made: number;
  readonly kept: number;
  /** Yaw of the views in degrees; an estimate where `calibrated` is false. */
  readonly degrees: readonly number[];
  readonly calibrated: boolean;
  readonly characters: readonly ManifestRow[];
}

/**
 * Makes characters: `OUT/<seed>.glb`, `OUT/manifest.json`, `OUT/contact-sheet.png`. What the manifest lists as made
 * by the same model and options is kept, so that a second run does nothing and a killed one goes on.
 */
export async function generateCharacters(
  platform: Platform,
  options: GenerateOptions,
): Promise<GenerateResult> {
  const { files, signal } = platform;
  const { truncation, refine, polish, edits } = options;
  const matte = await openMatte(platform, options.matte);
  const source = await openViewSource(platform, options.model, {
    truncation,
    refine,
    edits,
    polish: polish > 0 ? { steps: polish, matte, platform } : null,
  });
  const { model, direction } = source;
  let depth: DepthReader | null = null;
  try {
    depth = await openDepth(platform, options.model, model.manifest);
    const range = options.range ?? defaultRange(direction, model.manifest);
    const yaws = viewYaws({ ...range, count: options.views });
    warnBeyondReach(platform, model.manifest, direction, yaws);
    const manifest = await openRunManifest(files, options.out);
    const recorded = {
      degrees: yaws.map(degrees),
      truncation,
      refined: source.refiner !== null,
      polish,
      matte: matte.name,
      format: options.format,
      triangles: options.triangles,
      geometry: options.geometry,
      keepViews: options.keepViews,
      ...(edits ? { edits } : {}),
    };
    const characters: ManifestRow[] = [];
    let made = 0;
    for (const [index, seed] of options.seeds.entries()) {
      signal.throwIfAborted();
      const identity = [seed, model.hash, recorded, VERSION];
      const key = files.sha256(new TextEncoder().encode(JSON.stringify(identity)));
      let row = await manifest.finished(seed, key);
      if (!row) {
        const tools = { source, matte, depth };
        const bytes = await makeCharacter(platform, tools, seed, yaws, options);
        const file = `${seed}.glb`;
        await files.write(`${options.out}/${file}`, bytes);
        row = {
          seed,
          file,
          sha256: files.sha256(bytes),
          bytes: bytes.byteLength,
          views: yaws.length,
          modelHash: model.hash,
          options: recorded,
          key,
        };
        await manifest.add(row);
        made++;
      }
      characters.push(row);
      platform.progress({
        stage: 'characters',
        done: index + 1,
        total: options.seeds.length,
        text: row.file,
      });
    }
    await writeContactSheets(platform, options.out, characters, made > 0);
    return {
      made,
      kept: characters.length - made,
      degrees: yaws.map(degrees),
      calibrated: model.manifest.calibrated,
      characters,
    };
  } finally {
    await depth?.release();
    await source.release();
  }
}

/** What characters are made with. */
export interface CharacterTools {
  readonly source: ViewSource;
  readonly matte: Matte;
  /** Null where the model is not calibrated. */
  readonly depth: DepthReader | null;
}

/** What one character's file depends on besides its seed, its yaws and what it is made with. */
export type CharacterOptions = Pick<
  GenerateOptions,
  'out' | 'truncation' | 'format' | 'triangles' | 'geometry' | 'keepViews'
> &
  Partial<Pick<WriteCharacterOptions, 'mesh'>>;

/** One character's file. */
export async function makeCharacter(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  { source, matte, depth }: CharacterTools,
  seed: number,
  yaws: readonly number[],
  options: CharacterOptions,
): Promise<Uint8Array> {
  const { manifest, hash } = source.model;
  const pictures = await source.views(seed, yaws);
  const cutouts = await matte.cut(pictures);
  const cut = cutouts.map(cutoutToRgba);
  const depths = await depth?.read(pictures, cut);
  const views = cut.map((image, k): CharacterView => {
    const view = { yaw: yaws[k]!, pitch: 0, image };
    return depths ? { ...view, depth: depths[k]! } : view;
  });
  if (options.keepViews) await keepViews({ files, images }, `${options.out}/${seed}`, views, depth?.focal);
  return writeCharacter(
    images,
    {
      views,
      ...standingFrame(views[0]!.image),
      calibrated: manifest.calibrated,
      ...(depth ? { focal: depth.focal } : {}),
      provenance: {
        generator: `turnaround ${VERSION}`,
        model: manifest.name,
        modelHash: hash,
        seed,
        truncation: options.truncation,
        licence: manifest.licence,
        source: manifest.source.file,
      },
    },
    {
      texture: options.format,
      triangles: options.triangles,
      geometry: options.geometry,
      attribution: manifest.attribution,
      ...(options.mesh ? { mesh: options.mesh } : {}),
    },
  );
}
