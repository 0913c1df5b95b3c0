import { imageOfBatch } from '../impostor/image.ts';
import type { RgbImage } from '../impostor/index.ts';
import { type CalibratedModel, openCalibrated } from './calibrate/calibrated-model.ts';
import { type GanModel, loadGanModel } from './gan-model.ts';
import type { ModelDirection } from './model-manifest.ts';
import type { Platform } from './platform.ts';
import type { LatentRefiner } from './refine/latent-refiner.ts';
import { openRefiner } from './refine/open-refiner.ts';
import type { SubjectLatents } from './subject-latents.ts';
import { requireDirection, turningSubject, yawToX } from './sweep.ts';

export interface ViewSourceOptions {
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Whether rotated latents are mended by `refiner.onnx`; null: where the model has one. */
  readonly refine: boolean | null;
}

/** Views of a model's subjects at asked yaws: the one way from a seed to latents and pictures. */
export interface ViewSource {
  readonly model: GanModel;
  readonly direction: ModelDirection;
  /** Null where degrees are an estimate. */
  readonly calibrated: CalibratedModel | null;
  /** Null where views are the direction's alone. */
  readonly refiner: LatentRefiner | null;
  /** Mended where there is a refiner. @param yaws radians, held where the subject stops turning */
  latents(seed: number, yaws: readonly number[]): Promise<SubjectLatents>;
  /** Pictures of those latents, in the model's size. @param yaws radians */
  views(seed: number, yaws: readonly number[]): Promise<RgbImage[]>;
  release(): Promise<void>;
}

/**
 * Opens a model folder for drawing subjects from all sides.
 * @throws PipelineError `direction-missing`, or `refiner-missing` where refinement is asked of a model that has not
 *   learned it
 */
export async function openViewSource(
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  { truncation, refine }: ViewSourceOptions,
): Promise<ViewSource> {
  const model = await loadGanModel(platform.files, platform.runtime, folder);
  let refiner: LatentRefiner | null = null;
  try {
    const direction = requireDirection(model.manifest, folder);
    if (refine ?? model.manifest.refiner !== null)
      refiner = await openRefiner(platform, folder, model.manifest);
    const calibrated = await openCalibrated(platform, folder, model);
    return viewSource({ model, direction, calibrated, refiner }, truncation);
  } catch (error) {
    await refiner?.release();
    await model.release();
    throw error;
  }
}

/** What views are drawn with; `release` gives all of it back. */
export type ViewTools = Pick<ViewSource, 'model' | 'direction' | 'calibrated' | 'refiner'>;

/** A view source over networks that are open already. */
export function viewSource(tools: ViewTools, truncation: number): ViewSource {
  const { model, direction, calibrated, refiner } = tools;
  const latents = async (seed: number, yaws: readonly number[]): Promise<SubjectLatents> => {
    const subject = await turningSubject(model, direction, seed, truncation);
    const all = [0, ...yaws];
    const x = calibrated
      ? await calibrated.xOf(subject, all)
      : Float32Array.from(all, (yaw) => yawToX(direction, subject.frontal, yaw));
    const drawn = subject.latents(x);
    const size = drawn.length / all.length;
    const rotated = { source: drawn.slice(0, size), views: drawn.slice(size) };
    return refiner ? { ...rotated, views: await refiner.refine(rotated, yaws) } : rotated;
  };
  return {
    ...tools,
    latents,
    async views(seed, yaws) {
      const { views } = await latents(seed, yaws);
      const images = await model.synthesize(views, yaws.length);
      return yaws.map((_, k) => imageOfBatch(images, k, model.side, model.side));
    },
    async release() {
      await refiner?.release();
      await calibrated?.release();
      await model.release();
    },
  };
}
