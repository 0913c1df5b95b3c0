import { degrees } from '@turnaround/plugin/asset';
import { motionsOf } from '../../calibration/config.ts';
import { serialize, type Weights, weightsOf } from '../../graph/index.ts';
import { buildRefiner, type RefinerConfig } from '../../refiner/index.ts';
import { rateSchedule, type TrainingJob } from '../../training/index.ts';
import { GAN_SWEEP_DEFAULTS } from '../calibrate/gan-sweeps.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import {
  type ModelManifest,
  REFINER_FILE,
  readModelManifest,
  withoutRefiner,
  writeModelManifest,
} from '../model-manifest.ts';
import { matteIdentity, openMatte } from '../open-matte.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { runTraining } from '../run-training.ts';
import { requireDirection } from '../sweep.ts';
import { claimTraining } from '../training-claim.ts';
import { readShape } from './open-refiner.ts';
import { packRefiner } from './pack-refiner.ts';
import { agreementLesson, paperLesson } from './refiner-lesson.ts';
import { refinerPreview } from './refiner-preview.ts';
import { openViewPoses } from './view-poses.ts';

export interface RefinerStageOptions {
  /** Model folder. */
  readonly model: string;
  readonly config: RefinerConfig;
  readonly steps: number;
  readonly subjects: number;
  readonly seed: number;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  /** Folder for preview pictures; null: `preview` in the model folder. */
  readonly previews: string | null;
  /** Begins anew instead of going on or keeping what is there. */
  readonly restart: boolean;
}

type RefinerDefaults = Pick<RefinerStageOptions, 'steps' | 'subjects' | 'seed'>;

export const REFINER_DEFAULTS: RefinerDefaults = { steps: 600, subjects: 512, seed: 1 };

export interface RefinerStageResult {
  readonly manifest: ModelManifest;
  /** False: the model had been refined by the same options already. */
  readonly trained: boolean;
}

/**
 * Learns to mend rotated latents (paper, §3.4, 3.5): `refiner.onnx`, and `refiner` in `model.json`. An unfinished
 * training stays in `MODEL/.training`, and the next run goes on with it.
 * @throws PipelineError `calibration-missing` where the model has not the nets that the configuration learns through
 */
export async function trainRefiner(
  platform: Platform,
  options: RefinerStageOptions,
): Promise<RefinerStageResult> {
  const { files, images, runtime } = platform;
  const { model: folder, config, steps, subjects, seed, restart } = options;
  const { manifest } = await readModelManifest(files, folder);
  requireDirection(manifest, folder);
  const calibration = requireNets(manifest, folder, config);
  const matte = await openMatte(platform, options.matte);
  const { truncation } = GAN_SWEEP_DEFAULTS;
  const identity = {
    config,
    steps,
    subjects,
    seed,
    truncation,
    matte: await matteIdentity(files, options.matte),
    calibration: [calibration.key, calibration.scale, ...(calibration.bend === 0 ? [] : [calibration.bend])],
  };
  const key = files.sha256(new TextEncoder().encode(JSON.stringify(identity)));
  const unfinished = `${folder}/.training`;
  if (restart) await files.remove(unfinished);
  else if (manifest.refiner?.key === key) return { manifest, trained: false };
  await claimTraining(platform, `${unfinished}/refiner.key`, key);

  const range = config.layers ?? { from: 0, to: manifest.layers };
  const shape = await readShape(files, folder, manifest, range);
  const lesson = { folder, manifest, shape, subjects, truncation, seed };
  const { step, views, batch, finish } =
    'pairs' in config
      ? await paperLesson(platform, config, lesson)
      : await agreementLesson(platform, config, matte, lesson);
  const job: TrainingJob = {
    step,
    steps,
    seed,
    rate: rateSchedule(steps, config.rate),
    imagesPerStep: views,
    settings: key,
    batch: (_, random) => batch(random),
  };
  const reach = reachDegrees(config, manifest);
  const sourceReach = 'pairs' in config ? 0 : config.sourceReach;
  const previews = options.previews ?? `${folder}/preview`;
  const preview = async (weights: Weights, at: number): Promise<void> => {
    const bytes = serialize(buildRefiner(weights, shape, config.net));
    const poses = await openViewPoses(platform, folder, manifest, reach);
    const { sampler } = config;
    const picture = await refinerPreview(platform, folder, bytes, { shape, sampler, sourceReach, poses });
    await files.write(
      `${previews}/refiner-${String(at).padStart(6, '0')}.png`,
      await images.encodePng(picture),
    );
  };
  const training = platform.openTraining();
  let weights: Weights;
  try {
    const state = await runTraining(platform, training, job, {
      stage: 'refiner',
      checkpoint: `${unfinished}/refiner.safetensors`,
      preview,
    });
    weights = await finish(weightsOf(job.step, state));
  } finally {
    await training.close();
  }
  await preview(weights, steps);
  const bytes = await packRefiner(runtime, serialize(buildRefiner(weights, shape, config.net)), shape);
  await files.write(`${folder}/${REFINER_FILE}`, bytes);
  const next: ModelManifest = {
    ...manifest,
    files: { ...manifest.files, [REFINER_FILE]: { sha256: files.sha256(bytes), bytes: bytes.byteLength } },
    refiner: {
      key,
      config: config.name,
      steps,
      subjects,
      calibration: calibration.key,
      layers: [range.from, range.to],
      sampler: config.sampler,
      reach,
      sourceReach: degrees(sourceReach),
    },
    trained: [...withoutRefiner(manifest).trained, { stage: 'refiner', key }],
  };
  await writeModelManifest(files, folder, next);
  await files.remove(unfinished);
  return { manifest: next, trained: true };
}

/** Yaws that a configuration learns, degrees in the nets' own scale; those of the paper's x by the direction's estimate. */
const reachDegrees = (config: RefinerConfig, { direction, calibration }: ModelManifest): number =>
  'pairs' in config
    ? config.pairs.reach * Math.abs(direction!.degreesPerUnit)
    : degrees(config.yaws.reach / calibration!.scale);

/** The nets that a configuration learns through: free motions for the paper's, else degrees. */
function requireNets(
  { calibrated, calibration }: ModelManifest,
  folder: string,
  config: RefinerConfig,
): ModelCalibration {
  const missing = (expected: string, got: string, how: string) =>
    new PipelineError(
      'calibration-missing',
      `${folder}: expected a model that ${expected}, got one ${got}; train them with: ` +
        `turnaround train ${folder} --stage depth-pose${how}`,
    );
  if ('pairs' in config) {
    if (calibration && motionsOf(calibration) === 'free') return calibration;
    const got = calibration ? `whose nets are ${calibration.config}` : 'without nets';
    throw missing('knows depth and free motions', got, ' --config paper');
  }
  if (!calibrated || !calibration) throw missing('knows depth and degrees', 'that does not', '');
  return calibration;
}
