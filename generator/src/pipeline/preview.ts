import { packCharacter } from './characters/pack.ts';
import { GENERATE_DEFAULTS } from './characters/recipe.ts';
import type { Platform } from './platform.ts';
import { readEditStep, type SubjectEdits } from './slider-directions.ts';
import { openDepth } from './view-depth.ts';
import { openViewSource, viewSource } from './view-source.ts';

/** A character that is wanted at once. */
export interface PreviewOptions {
  readonly seed: number;
  /** ψ of the truncation trick. */
  readonly truncation: number;
  readonly edits: SubjectEdits;
  /** Whether views are mended, where the model has learned to. */
  readonly refine: boolean;
  /** Radians, each once. */
  readonly yaws: readonly number[];
}

/** A model whose networks stay open from one preview to the next. */
export interface PreviewModel {
  /** SHA-256 of `model.json` as it was opened. */
  readonly hash: string;
  /**
   * The bytes of a `.glb` with these views, drawn, cut out and with depth as `generate` does it. Its mesh for other viewers is a
   * quad: fusing one takes longer than all the rest.
   * @throws PipelineError `edit-unknown`
   */
  draw(options: PreviewOptions): Promise<Uint8Array>;
  release(): Promise<void>;
}

/** Opens a model folder for previews. @throws PipelineError `direction-missing` */
export async function openPreviewModel(
  platform: Pick<Platform, 'files' | 'images' | 'runtime'>,
  folder: string,
): Promise<PreviewModel> {
  const { release, ...tools } = await openViewSource(platform, folder, { truncation: 1, refine: null });
  const { manifest, hash } = tools.model;
  const depth = await openDepth(platform, folder, manifest).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  return {
    hash,
    async draw({ seed, truncation, edits, refine, yaws }) {
      const step = await readEditStep(platform.files, folder, manifest, edits);
      const source = viewSource({ ...tools, refiner: refine ? tools.refiner : null }, truncation, step);
      const { format, triangles, geometry } = GENERATE_DEFAULTS;
      const pictures = await source.views(seed, yaws);
      const packed = await packCharacter(
        platform,
        {
          ...{ manifest, hash, yaws },
          recipe: { truncation, format, triangles, geometry, keepViews: false, mesh: 'quad' },
        },
        {
          ...{ seed, pictures, cut: null, cutError: null, turns: null },
          depth: depth && { focal: depth.focal, maps: await depth.say(pictures) },
        },
        { key: null, out: '', reject: false },
      );
      // Only what is checked is rejected.
      if ('rejected' in packed) throw new Error(packed.rejected.join());
      return packed.bytes;
    },
    async release() {
      await depth?.release();
      await release();
    },
  };
}
