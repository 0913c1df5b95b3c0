import { DEPTH_POSE_DEFAULTS, depthPoseKey, trainDepthPose } from './calibrate/depth-pose-stage.ts';
import { type ModelManifest, readModelManifest } from './model-manifest.ts';
import type { Platform } from './platform.ts';
import { REFINER_DEFAULTS, trainRefiner } from './refine/refiner-stage.ts';
import type { TrainingConfig } from './training-configs.ts';

/** What any stage may be told. */
export interface TrainingOptions {
  /** Model folder. */
  readonly model: string;
  readonly config: TrainingConfig;
  /** null: as many as the stage takes by default. */
  readonly steps: number | null;
  readonly subjects: number | null;
  readonly seed: number;
  /** Pixels of a side to learn depth and pose at; null: 128, or the model's where that is less. */
  readonly workResolution: number | null;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  /** Folder for preview pictures; null: `preview` in the model folder. */
  readonly previews: string | null;
  /** Begins anew instead of going on or keeping what is there. */
  readonly restart: boolean;
}

/** What a stage left. */
export interface TrainingStageResult {
  readonly manifest: ModelManifest;
  /** False: it had been done by the same options already. */
  readonly trained: boolean;
}

/** Something that a model learns after its import. */
export interface TrainingStage {
  /** `--stage NAME` */
  readonly name: string;
  /** For people: what the model can do afterwards. */
  readonly teaches: string;
  readonly defaults: { readonly steps: number; readonly subjects: number };
  run(platform: Platform, options: TrainingOptions): Promise<TrainingStageResult>;
}

/** A stage of the chain. */
interface TrainingRound extends TrainingStage {
  /** Whether it learns from what the stages before it have mended. */
  readonly second: boolean;
}

const subjectsOf = (
  { subjects, config }: TrainingOptions,
  stage: string,
  defaults: { readonly subjects: number },
): number => subjects ?? config.subjects?.[stage] ?? defaults.subjects;

const depthPose = (refined: boolean): TrainingRound => ({
  name: 'depth-pose',
  teaches: 'depth of each pixel and true degrees',
  defaults: DEPTH_POSE_DEFAULTS,
  second: refined,
  run: (platform, options) =>
    trainDepthPose(platform, {
      ...options,
      config: options.config.calibration,
      steps: options.steps ?? DEPTH_POSE_DEFAULTS.steps,
      subjects: subjectsOf(options, 'depth-pose', DEPTH_POSE_DEFAULTS),
      refined,
    }),
});

const refiner = (second: boolean): TrainingRound => ({
  name: 'refiner',
  teaches: 'views that agree with each other',
  defaults: REFINER_DEFAULTS,
  second,
  run: (platform, options) =>
    trainRefiner(platform, {
      ...options,
      config: options.config.refiner,
      steps: options.steps ?? REFINER_DEFAULTS.steps,
      subjects: subjectsOf(options, 'refiner', REFINER_DEFAULTS),
    }),
});

/** What a model can be taught, in the order in which each builds on those before it. */
export const TRAINING_STAGES: readonly TrainingStage[] = [depthPose(false), refiner(false)];

/** All of it: a second calibration learns from mended sweeps, which mislead it less, and a second refiner from that. */
const CHAIN: readonly TrainingRound[] = [depthPose(false), refiner(false), depthPose(true), refiner(true)];

/**
 * Runs the whole chain from where the model stands. Stages that have been done by the same options are kept.
 * @returns what each stage left, in order
 */
export async function trainAll(
  platform: Platform,
  options: TrainingOptions,
): Promise<readonly (TrainingStageResult & { readonly stage: string })[]> {
  const results: (TrainingStageResult & { stage: string })[] = [];
  const before = (await readModelManifest(platform.files, options.model)).manifest;
  const done = options.restart ? 0 : await stagesDone(platform, options, before);
  const chain = CHAIN.filter(({ second }) => !second || options.config.rounds === 2);
  for (const [k, stage] of chain.entries()) {
    const name = stage.second ? `${stage.name}, second round` : stage.name;
    if (k < done) results.push({ stage: name, manifest: before, trained: false });
    else {
      const restart = options.restart && k === 0;
      results.push({ stage: name, ...(await stage.run(platform, { ...options, restart })) });
    }
  }
  return results;
}

/** How many stages of the chain, with these options, led to a model as it stands. */
async function stagesDone(
  platform: Platform,
  options: TrainingOptions,
  { trained }: ModelManifest,
): Promise<number> {
  const key = await depthPoseKey(platform, {
    ...options,
    config: options.config.calibration,
    steps: options.steps ?? DEPTH_POSE_DEFAULTS.steps,
    subjects: subjectsOf(options, 'depth-pose', DEPTH_POSE_DEFAULTS),
    refined: false,
  });
  return trained[0]?.key === key ? trained.length : 0;
}
