import type { SweepSet } from '../../calibration/sweep-set.ts';
import {
  readGeometry,
  searchTurn,
  type TurnSearch,
  type TurntableConfig,
  type TurntableGeometry,
  type TurntableSteps,
  turntableJob,
} from '../../calibration/turntable/index.ts';
import { weightsOf } from '../../graph/index.ts';
import type { TrainingJob } from '../../training/index.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { runTraining } from '../run-training.ts';
import { geometryPicture } from './geometry-picture.ts';
import type { StartingNet } from './starting-net.ts';

export interface LearnOptions {
  readonly config: TurntableConfig;
  readonly steps: number;
  readonly seed: number;
  /** Which way faces turn from picture to picture; null: found. */
  readonly turns: 'right' | 'left' | null;
  /** Radians from the first picture to the last; null: learned. */
  readonly total: number | null;
  /** The depth net to begin with, of the configuration's form; null: random weights. */
  readonly start: StartingNet | null;
  /** Path of the checkpoint; whoever has kept the results removes it. */
  readonly checkpoint: string;
  /** Path of a picture of depth and warps, made anew every minute while it learns. */
  readonly preview: string;
}

/** Seconds from one checkpoint and preview to the next. */
const CHECKPOINT_SECONDS = 60;

/** A turn that leaves more than this of the difference between neighbours explains nothing. */
const LARGEST_SHARE = 0.9;
/** Below this the way that subjects turn is a guess. Renders of people: 2.6 to 3.9. */
const LEAST_CONTRAST = 1.15;

/**
 * Learns yaw and depth of every view. A run that was stopped goes on from its checkpoint to the same numbers.
 * @throws PipelineError `build-turn` where no turn explains how the pictures differ
 */
export async function learnGeometry(
  platform: Platform,
  set: SweepSet,
  options: LearnOptions,
): Promise<TurntableGeometry> {
  const { config, turns, total } = options;
  platform.progress({ stage: 'turn', done: 0, total: 1 });
  const found = await searchTurn(platform.runtime, set, {
    focal: config.loss.focal,
    sign: turns === null ? null : turns === 'right' ? 1 : -1,
    signal: platform.signal,
  });
  platform.progress({ stage: 'turn', done: 1, total: 1 });
  checkTurn(platform, found, turns);
  const turn = { initial: found.steps, total: total === null ? null : found.sign * total };
  const fresh = turntableJob(set, config, { ...options, turn });
  const job = options.start ? startedFrom(fresh, options.start) : fresh;
  try {
    return await learn(platform, set, options, turn, job);
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'training-other')) throw error;
    platform.warn(`${options.checkpoint} is of other pictures or options; learning begins anew`);
    await platform.files.remove(options.checkpoint);
    return learn(platform, set, options, turn, job);
  }
}

/** The job from a net's weights; a checkpoint from other weights is another one's. */
const startedFrom = (job: TrainingJob, { weights, sha256 }: StartingNet): TrainingJob => ({
  ...job,
  weights,
  settings: JSON.stringify([job.settings, sha256]),
});

function checkTurn({ warn }: Platform, { gain, contrast }: TurnSearch, turns: LearnOptions['turns']): void {
  if (!(gain <= LARGEST_SHARE))
    throw new PipelineError(
      'build-turn',
      'build: expected a solid subject that turns about an upright axis from picture to picture, got pictures that no ' +
        `turn explains (${Number.isFinite(gain) ? `${Math.round(100 * gain)} % of their difference is left` : 'they are all alike'})`,
    );
  if (turns === null && contrast < LEAST_CONTRAST)
    warn(
      'the pictures hardly say which way the subject turns; if depth comes out hollow, pass --turns left or --turns right',
    );
}

async function learn(
  platform: Platform,
  set: SweepSet,
  { config, checkpoint, preview }: LearnOptions,
  turn: TurntableSteps,
  job: TrainingJob,
): Promise<TurntableGeometry> {
  const { files, images, runtime } = platform;
  const training = platform.openTraining();
  try {
    const state = await runTraining(platform, training, job, {
      stage: 'depth',
      checkpoint,
      checkpointSeconds: CHECKPOINT_SECONDS,
      preview: async (weights) => {
        const geometry = await readGeometry(runtime, set, config, turn, weights);
        const picture = await geometryPicture(runtime, set, geometry, config.loss.focal);
        await files.write(preview, await images.encodePng(picture));
      },
    });
    return await readGeometry(runtime, set, config, turn, weightsOf(job.step, state));
  } finally {
    await training.close();
  }
}
