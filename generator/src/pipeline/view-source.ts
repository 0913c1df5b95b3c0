import { imageOfBatch } from '../impostor/image.ts';
import type { RgbImage } from '../impostor/index.ts';
import { type CalibratedModel, openCalibrated } from './calibrate/calibrated-model.ts';
import { type GanModel, loadGanModel } from './gan-model.ts';
import type { ModelDirection } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';
import { requireDirection, turningSubject, yawToX } from './sweep.ts';

export interface ViewSourceOptions {
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Whether rotated latents are mended by `refiner.onnx`. */
  readonly refine: boolean;
}

/** The latents of one subject at several yaws. */
export interface SubjectLatents {
  /** f32 [L,W]: the subject that faces the camera. */
  readonly source: Float32Array;
  /** f32 [n,L,W], one view each. */
  readonly views: Float32Array;
}

/** Views of a model's subjects at asked yaws: the one way from a seed to latents and pictures. */
export interface ViewSource {
  readonly model: GanModel;
  readonly direction: ModelDirection;
  /** Null where degrees are an estimate. */
  readonly calibrated: CalibratedModel | null;
  /** @param yaws radians, held where the subject stops turning */
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
  try {
    const direction = requireDirection(model.manifest, folder);
    if (refine && !model.manifest.files['refiner.onnx'])
      throw new PipelineError(
        'refiner-missing',
        `${folder}: expected a model that has learned to mend its views, got one without refiner.onnx; train it ` +
          `with: turnaround train ${folder} --stage refiner, or go without: --no-refine`,
      );
    const calibrated = await openCalibrated(platform, folder, model);
    return viewSource(model, direction, calibrated, truncation);
  } catch (error) {
    await model.release();
    throw error;
  }
}

function viewSource(
  model: GanModel,
  direction: ModelDirection,
  calibrated: CalibratedModel | null,
  truncation: number,
): ViewSource {
  const latents = async (seed: number, yaws: readonly number[]): Promise<SubjectLatents> => {
    const subject = await turningSubject(model, direction, seed, truncation);
    const all = [0, ...yaws];
    const x = calibrated
      ? await calibrated.xOf(subject, all)
      : Float32Array.from(all, (yaw) => yawToX(direction, subject.frontal, yaw));
    const drawn = subject.latents(x);
    const size = drawn.length / all.length;
    return { source: drawn.slice(0, size), views: drawn.slice(size) };
  };
  return {
    model,
    direction,
    calibrated,
    latents,
    async views(seed, yaws) {
      const { views } = await latents(seed, yaws);
      const images = await model.synthesize(views, yaws.length);
      return yaws.map((_, k) => imageOfBatch(images, k, model.side, model.side));
    },
    async release() {
      await calibrated?.release();
      await model.release();
    },
  };
}
