import { degrees } from '@turnaround/plugin/asset';
import { serialize, type Weights, weightsOf } from '../../graph/index.ts';
import {
  buildRefiner,
  COMPARED_SIDE,
  drawRefinerBatch,
  type RefinerConfig,
  refinerStep,
} from '../../refiner/index.ts';
import { rateSchedule, type TrainingJob } from '../../training/index.ts';
import { GAN_SWEEP_DEFAULTS } from '../calibrate/gan-sweeps.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import {
  type ModelManifest,
  REFINER_FILE,
  readModelManifest,
  writeModelManifest,
} from '../model-manifest.ts';
import { openMatte } from '../open-matte.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { runTraining } from '../run-training.ts';
import { requireDirection } from '../sweep.ts';
import { claimTraining } from '../training-claim.ts';
import { readFrozenNets } from './frozen-nets.ts';
import { readShape } from './open-refiner.ts';
import { refinerPreview } from './refiner-preview.ts';
import { drawBank } from './subject-bank.ts';

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

export const REFINER_DEFAULTS: RefinerDefaults = { steps: 400, subjects: 256, seed: 1 };

export interface RefinerStageResult {
  readonly manifest: ModelManifest;
  /** False: the model had been refined by the same options already. */
  readonly trained: boolean;
}

/**
 * Learns to mend rotated latents (paper, §3.4, 3.5): `refiner.onnx`, and `refiner` in `model.json`. An unfinished
 * training stays in `MODEL/.training`, and the next run goes on with it.
 * @throws PipelineError `calibration-missing` where the model does not know its degrees
 */
export async function trainRefiner(
  platform: Platform,
  options: RefinerStageOptions,
): Promise<RefinerStageResult> {
  const { files, images } = platform;
  const { model: folder, config, steps, subjects, seed, restart } = options;
  const { manifest } = await readModelManifest(files, folder);
  requireDirection(manifest, folder);
  const { calibration } = manifest;
  if (!manifest.calibrated || !calibration)
    throw new PipelineError(
      'calibration-missing',
      `${folder}: expected a model that knows depth and degrees, got one that does not; train them with: ` +
        `turnaround train ${folder} --stage depth-pose`,
    );
  const matte = await openMatte(platform, options.matte);
  const { truncation } = GAN_SWEEP_DEFAULTS;
  const identity = {
    config,
    steps,
    subjects,
    seed,
    truncation,
    matte: options.matte === null ? matte.name : files.sha256(await files.read(options.matte)),
    calibration: [calibration.key, calibration.scale],
  };
  const key = files.sha256(new TextEncoder().encode(JSON.stringify(identity)));
  const unfinished = `${folder}/.training`;
  if (restart) await files.remove(unfinished);
  else if (manifest.refiner?.key === key) return { manifest, trained: false };
  await claimTraining(platform, `${unfinished}/refiner.key`, key);

  const range = config.layers ?? { from: 0, to: manifest.layers };
  const shape = await readShape(files, folder, manifest, range);
  const nets = await readFrozenNets(files, folder, manifest);
  const side = Math.min(COMPARED_SIDE, calibration.resolution);
  const bank = await drawBank(platform, folder, matte, { subjects, truncation, seed, side });
  const sizes = { layers: manifest.layers, dim: manifest.wDim, side, scale: calibration.scale };
  const job: TrainingJob = {
    step: refinerStep({ shape, config, nets, side }),
    steps,
    seed,
    rate: rateSchedule(steps, config.rate),
    imagesPerStep: config.batch.subjects * config.batch.views,
    settings: key,
    batch: (_, random) => drawRefinerBatch(bank, config, shape, sizes, random),
  };
  const previews = options.previews ?? `${folder}/preview`;
  const preview = async (weights: Weights, step: number): Promise<void> => {
    const bytes = serialize(buildRefiner(weights, shape, config.net));
    const refiner = {
      shape,
      sampler: config.sampler,
      scale: calibration.scale,
      reach: ownReach(config, calibration),
    };
    const picture = await refinerPreview(platform, folder, bytes, refiner);
    await files.write(
      `${previews}/refiner-${String(step).padStart(6, '0')}.png`,
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
    weights = weightsOf(job.step, state);
  } finally {
    await training.close();
  }
  await preview(weights, steps);
  const bytes = serialize(buildRefiner(weights, shape, config.net));
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
      reach: ownReach(config, calibration),
    },
    trained: [...manifest.trained, { stage: 'refiner', key }],
  };
  await writeModelManifest(files, folder, next);
  await files.remove(unfinished);
  return { manifest: next, trained: true };
}

const ownReach = ({ yaws }: RefinerConfig, { scale }: ModelCalibration): number =>
  degrees(yaws.reach / scale);
