import { imageOfBatch } from '../impostor/image.ts';
import type { Matte, RgbImage } from '../impostor/index.ts';
import { COARSE_LAYERS, type PolishConfig, REFINER_CONFIG } from '../refiner/index.ts';
import { type CalibratedModel, latentsAt, openCalibrated } from './calibrate/calibrated-model.ts';
import { type GanModel, loadGanModel } from './gan-model.ts';
import type { ModelDirection } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';
import type { LatentRefiner } from './refine/latent-refiner.ts';
import { openRefiner, readShape } from './refine/open-refiner.ts';
import { openPolisher, type Polisher } from './refine/polisher.ts';
import { subjectSource } from './refine/subject-source.ts';
import { readEditStep, type SubjectEdits } from './slider-directions.ts';
import type { SubjectLatents } from './subject-latents.ts';
import { requireDirection, type TurningSubject, turningSubject, yawToX } from './sweep.ts';
import { polishConfigOf } from './training-configs.ts';
import { type NoiseMode, openTurningNoise, type TurningNoise } from './turning-noise.ts';

export interface ViewSourceOptions {
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Whether rotated latents are mended by `refiner.onnx`; null: where the model has one. */
  readonly refine: boolean | null;
  /** What becomes of the synthesis network's noise; `constant` if left out. */
  readonly noise?: NoiseMode | undefined;
  /** How far every subject is moved along the model's slider directions. */
  readonly edits?: SubjectEdits | undefined;
  /** Optimises each subject's views together, on top. */
  readonly polish?: PolishOptions | null;
}

export interface PolishOptions {
  readonly steps: number;
  /** What suits the model's refiner where it is left out. */
  readonly config?: PolishConfig;
  /** Cuts sources out. */
  readonly matte: Matte;
  readonly platform: Pick<Platform, 'openTraining'>;
}

/** Views of a model's subjects at asked yaws: the one way from a seed to latents and pictures. */
export interface ViewSource {
  readonly model: GanModel;
  readonly direction: ModelDirection;
  /** Null where degrees are an estimate. */
  readonly calibrated: CalibratedModel | null;
  /** Null where views are the direction's alone. */
  readonly refiner: LatentRefiner | null;
  /** Null where views are not polished. */
  readonly polisher: Polisher | null;
  /** Null where noise does not turn with the subject. */
  readonly turning: TurningNoise | null;
  /** Mended where there is a refiner. @param yaws radians, held where the subject stops turning */
  latents(seed: number, yaws: readonly number[]): Promise<SubjectLatents>;
  /** Pictures of those latents, in the model's size. @param yaws radians */
  views(seed: number, yaws: readonly number[]): Promise<RgbImage[]>;
  release(): Promise<void>;
}

/**
 * Opens a model folder for drawing subjects from all sides.
 * @throws PipelineError `direction-missing`, `edit-unknown`, `refiner-missing` where refinement is asked of a model
 *   that has not learned it, or `not-calibrated` where noise is to turn with a subject of unknown depth
 */
export async function openViewSource(
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  { truncation, refine, noise = 'constant', edits = {}, polish = null }: ViewSourceOptions,
): Promise<ViewSource> {
  const model = await loadGanModel(platform.files, platform.runtime, folder, { noise: noise !== 'none' });
  let refiner: LatentRefiner | null = null;
  try {
    const direction = requireDirection(model.manifest, folder);
    if (refine ?? model.manifest.refiner !== null)
      refiner = await openRefiner(platform, folder, model.manifest);
    const calibrated = await openCalibrated(platform, folder, model);
    const polisher = polish ? await openPolish(platform, folder, model, calibrated, polish) : null;
    const step = await readEditStep(platform.files, folder, model.manifest, edits);
    const turning = noise === 'turning' ? await openTurningNoise(platform, folder, model.manifest) : null;
    return viewSource({ model, direction, calibrated, refiner, polisher, turning }, truncation, step);
  } catch (error) {
    await refiner?.release();
    await model.release();
    throw error;
  }
}

async function openPolish(
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  model: GanModel,
  calibrated: CalibratedModel | null,
  { steps, config, matte, platform: { openTraining } }: PolishOptions,
): Promise<Polisher> {
  if (!calibrated)
    throw new PipelineError(
      'calibration-missing',
      `${folder}: expected a model that knows depth and degrees to polish its views, got one that does not; train them ` +
        `with: turnaround train ${folder} --stage depth-pose`,
    );
  const { manifest } = model;
  const polish = config ?? polishConfigOf(manifest.refiner?.config ?? null);
  const [from, to] = manifest.refiner?.layers ?? [COARSE_LAYERS.from, COARSE_LAYERS.to];
  return openPolisher(
    { ...platform, openTraining },
    {
      network: calibrated.network,
      folder,
      shape: await readShape(platform.files, folder, manifest, polish.layers ?? { from, to }),
      config: polish,
      matte,
      steps,
    },
  );
}

/** Every view where the subject's own curve shows its yaw. */
async function calibratedLatents(
  calibrated: CalibratedModel,
  subject: TurningSubject,
  yaws: readonly number[],
  sourceReach: number,
): Promise<SubjectLatents> {
  const curve = await calibrated.curveOf(subject);
  return { ...subjectSource(subject, curve, sourceReach), views: latentsAt(subject, curve, yaws) };
}

/** Every view where the direction's estimate puts its yaw, and the frontal one for a source. */
function estimatedLatents(
  direction: ModelDirection,
  subject: TurningSubject,
  yaws: readonly number[],
): SubjectLatents {
  const at = (angles: readonly number[]): Float32Array =>
    subject.latents(Float32Array.from(angles, (yaw) => yawToX(direction, subject.frontal, yaw)));
  return { source: at([0]), sourceYaw: 0, views: at(yaws) };
}

/** What views are drawn with; `release` gives all of it back. */
export type ViewTools = Pick<
  ViewSource,
  'model' | 'direction' | 'calibrated' | 'refiner' | 'polisher' | 'turning'
>;

/**
 * A view source over networks that are open already.
 * @param step f32 [W], added to every subject's truncated w
 */
export function viewSource(
  tools: ViewTools,
  truncation: number,
  step: Float32Array | null = null,
): ViewSource {
  const { model, direction, calibrated, refiner, polisher, turning } = tools;
  const latents = async (seed: number, yaws: readonly number[]): Promise<SubjectLatents> => {
    const subject = await turningSubject(model, direction, seed, truncation, step);
    const rotated = calibrated
      ? await calibratedLatents(calibrated, subject, yaws, refiner?.sourceReach ?? REFINER_CONFIG.sourceReach)
      : estimatedLatents(direction, subject, yaws);
    const mended = refiner ? await refiner.refine(rotated, yaws) : rotated.views;
    return { ...rotated, views: polisher ? await polisher.polish(rotated, mended, yaws) : mended };
  };
  return {
    ...tools,
    latents,
    async views(seed, yaws) {
      const { views } = await latents(seed, yaws);
      const images = turning
        ? await turning.synthesize(views, yaws)
        : await model.synthesize(views, yaws.length);
      return yaws.map((_, k) => imageOfBatch(images, k, model.side, model.side));
    },
    async release() {
      await turning?.release();
      await polisher?.release();
      await refiner?.release();
      await calibrated?.release();
      await model.release();
    },
  };
}
