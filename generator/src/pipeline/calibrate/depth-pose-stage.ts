import { radians } from '@turnaround/plugin/asset';
import type { CalibrationConfig } from '../../calibration/config.ts';
import type { SweepSet } from '../../calibration/sweep-set.ts';
import { type ModelManifest, readModelManifest } from '../model-manifest.ts';
import { matteIdentity, openMatte } from '../open-matte.ts';
import type { Platform } from '../platform.ts';
import { requireDirection } from '../sweep.ts';
import { claimTraining } from '../training-claim.ts';
import { GAN_SWEEP_DEFAULTS, sweepDrawOf } from './gan-sweeps.ts';
import { drawModelSweeps } from './model-sweeps.ts';
import { trainNets } from './train-nets.ts';
import { workSide } from './work-side.ts';
import { CALIBRATION_SHEET, writeCalibration, writeCalibrationSheet } from './write-calibration.ts';

export interface DepthPoseOptions {
  /** Model folder. */
  readonly model: string;
  readonly config: CalibrationConfig;
  readonly steps: number;
  readonly subjects: number;
  readonly seed: number;
  /** Pixels of a side to learn at; null: 128, or the model's where that is less. */
  readonly workResolution: number | null;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  /** Folder for preview pictures; null: `preview` in the model folder. */
  readonly previews: string | null;
  /** Learns from sweeps that the model's refiner has mended: the second round. */
  readonly refined: boolean;
  /** Begins anew instead of going on or keeping what is there. */
  readonly restart: boolean;
}

type DepthPoseDefaults = Pick<DepthPoseOptions, 'steps' | 'subjects' | 'seed'>;

export const DEPTH_POSE_DEFAULTS: DepthPoseDefaults = {
  steps: 1800,
  subjects: GAN_SWEEP_DEFAULTS.subjects,
  seed: GAN_SWEEP_DEFAULTS.seed,
};

/** What a training left. */
export interface DepthPoseResult {
  readonly manifest: ModelManifest;
  /** False: the model had been calibrated by the same options already. */
  readonly trained: boolean;
}

/**
 * Calibrates a model from nothing but its own sweeps (paper, §3.3): `depth.onnx`, `pose.onnx`, `calibration` in
 * `model.json`, and `calibration.png`. An unfinished training stays in `MODEL/.training`, and the next run goes on
 * with it.
 */
export async function trainDepthPose(
  platform: Platform,
  options: DepthPoseOptions,
): Promise<DepthPoseResult> {
  const { files } = platform;
  const { model: folder, config, steps, subjects, seed, restart } = options;
  const { manifest } = await readModelManifest(files, folder);
  const direction = requireDirection(manifest, folder);
  const side = workSide(manifest.resolution, options.workResolution);
  const matte = await openMatte(platform, options.matte);
  const { truncation } = GAN_SWEEP_DEFAULTS;
  const { views, reach } = sweepDrawOf(config);
  const key = await depthPoseKey(platform, options);
  const unfinished = `${folder}/.training`;
  if (restart) await files.remove(unfinished);
  else if (manifest.calibration?.key === key) {
    if (!(await files.exists(`${folder}/${CALIBRATION_SHEET}`)))
      await writeCalibrationSheet(platform, folder);
    return { manifest, trained: false };
  }

  await claimTraining(platform, `${unfinished}/depth-pose.key`, key);
  const set = await drawModelSweeps(platform, folder, side, matte, options.refined, {
    subjects,
    views,
    reach,
    truncation,
    seed,
  });
  const perX = radians(direction.degreesPerUnit);
  const byNumber = config.nets === 'monodepth2' || config.window !== null;
  const weights = await trainNets(platform, byNumber ? numbered(set) : set, {
    config,
    steps,
    seed,
    yawPerPlace: byNumber ? perX * (set.places[1]! - set.places[0]!) : perX,
    checkpoint: `${unfinished}/depth-pose.safetensors`,
    previews: options.previews ?? `${folder}/preview`,
    pictures: key,
  });
  // x is of unmended sweeps, whatever the nets learned from.
  const curveSet = options.refined
    ? await drawModelSweeps(platform, folder, side, matte, false, {
        subjects: CURVE_SUBJECTS,
        views,
        reach,
        truncation,
        seed: seed + 1,
      })
    : set;
  const calibrated = await writeCalibration(platform, folder, manifest, { set, curveSet }, weights, {
    config,
    steps,
    key,
  });
  await writeCalibrationSheet(platform, folder);
  await files.remove(unfinished);
  return { manifest: calibrated, trained: true };
}

/** Subjects that the second round's curve is measured on, of their own seeds. */
const CURVE_SUBJECTS = 64;

/** SHA-256 of all that a training depends on. */
export async function depthPoseKey(platform: Platform, options: DepthPoseOptions): Promise<string> {
  const { files } = platform;
  const { model: folder, config, steps, subjects, seed, refined } = options;
  const { manifest } = await readModelManifest(files, folder);
  const { truncation } = GAN_SWEEP_DEFAULTS;
  const { views } = sweepDrawOf(config);
  const identity = {
    config,
    steps,
    subjects,
    seed,
    side: workSide(manifest.resolution, options.workResolution),
    views,
    truncation,
    matte: await matteIdentity(files, options.matte),
    direction: manifest.direction,
    source: manifest.source.sha256,
    ...(refined ? { refiner: manifest.refiner?.key ?? null } : {}),
  };
  return files.sha256(new TextEncoder().encode(JSON.stringify(identity)));
}

/** The set with views numbered about the middle one, as configurations for turntables want it. */
function numbered(set: SweepSet): SweepSet {
  return { ...set, places: set.places.map((_, k) => k - (set.views - 1) / 2) };
}
