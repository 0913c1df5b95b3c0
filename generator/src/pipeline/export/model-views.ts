import { type ViewRange, viewYaws } from '@turnaround/plugin/asset';
import { cutoutToRgba } from '../../impostor/index.ts';
import { readModelManifest } from '../model-manifest.ts';
import { openMatte } from '../open-matte.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { warnBeyondReach } from '../sweep.ts';
import type { NoiseMode } from '../turning-noise.ts';
import { openDepth } from '../view-depth.ts';
import { openViewSource } from '../view-source.ts';
import type { ReconstructionViews } from './views.ts';

/** A seed's views, drawn for the export. */
export interface ModelSource {
  /** Model folder. */
  readonly model: string;
  readonly seed: number;
  readonly views: number;
  readonly range: ViewRange;
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Whether views are mended where the model has learned to. */
  readonly refine: boolean;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
}

/**
 * Draws a seed from all sides, cut out and with depth.
 * @param noise what becomes of the synthesis network's noise
 * @throws PipelineError `not-calibrated` for a model without depth and true degrees, whose cameras nobody knows
 */
export async function modelViews(
  platform: Platform,
  { model: folder, seed, views: count, range, truncation, refine, matte: mattePath }: ModelSource,
  noise: NoiseMode,
): Promise<ReconstructionViews> {
  const { manifest } = await readModelManifest(platform.files, folder);
  const depth = await openDepth(platform, folder, manifest);
  if (!depth)
    throw new PipelineError(
      'not-calibrated',
      `${folder}: expected a model that knows depth and degrees, got one that is not calibrated; train it with: ` +
        `turnaround train ${folder} --stage depth-pose`,
    );
  try {
    const refined = refine && manifest.files['refiner.onnx'] !== undefined;
    const source = await openViewSource(platform, folder, { truncation, refine: refined, noise });
    try {
      const matte = await openMatte(platform, mattePath);
      const yaws = viewYaws({ ...range, count });
      warnBeyondReach(platform, manifest, source.direction, yaws);
      const pictures = await source.views(seed, yaws);
      platform.signal.throwIfAborted();
      const cutouts = (await matte.cut(pictures)).map(cutoutToRgba);
      const depths = await depth.read(pictures, cutouts);
      return {
        views: yaws.map((yaw, k) => ({ yaw, pitch: 0, image: cutouts[k]!, depth: depths[k]! })),
        focal: depth.focal,
        subject: `${manifest.name}, seed ${seed}`,
        refined,
      };
    } finally {
      await source.release();
    }
  } finally {
    await depth.release();
  }
}
