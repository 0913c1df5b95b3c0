import { type CalibrationConfig, motionsOf, seesNext } from '../../calibration/config.ts';
import { buildNets } from '../../calibration/job.ts';
import { type CalibrationPhase, calibrationPhases, trainInPhases } from '../../calibration/phases.ts';
import type { SweepSet } from '../../calibration/sweep-set.ts';
import { serialize, type TrainingState, type Weights } from '../../graph/index.ts';
import type { TrainingJob } from '../../training/index.ts';
import type { Platform } from '../platform.ts';
import { runTraining } from '../run-training.ts';
import { openDepthNet, openPoseNet } from './nets.ts';
import { previewPicture } from './preview.ts';

export interface NetTraining {
  readonly config: CalibrationConfig;
  readonly steps: number;
  readonly seed: number;
  /** Radians of yaw for one unit of place, which the warm-up starts from. */
  readonly yawPerPlace: number;
  /** Path of the checkpoint. It stays there when the training is done: whoever has kept the nets removes it. */
  readonly checkpoint: string;
  /** Folder for pictures of depth and warps, one every few minutes and one at the end; null: none. */
  readonly previews: string | null;
  /** Text that says what the pictures are; a checkpoint of other pictures is refused. */
  readonly pictures: string;
  /** Trained weights to begin with. */
  readonly weights?: Weights;
}

/** Word that progress is shown under. */
const STAGE = 'depth-pose';

/**
 * Learns depth and pose from sweeps, in the worker. A run that was stopped goes on from its checkpoint to the same
 * numbers; an interrupt ends it after the step under way, with its state saved.
 * @returns the nets' weights
 * @throws PipelineError `training-other` where the checkpoint is another training's
 * @throws TrainingError where a loss is no number, with the state before it saved
 */
export async function trainNets(
  platform: Platform,
  set: SweepSet,
  options: NetTraining,
): Promise<Record<string, Float32Array>> {
  const { config, steps, seed, yawPerPlace, checkpoint, pictures, weights } = options;
  const phases = calibrationPhases(set, config, steps);
  const runtime = platform.openTraining();
  let before = 0;
  const run = async (job: TrainingJob, phase: CalibrationPhase): Promise<TrainingState> => {
    const state = await runTraining(
      platform,
      runtime,
      { ...job, settings: JSON.stringify([job.settings, pictures]) },
      {
        stage: STAGE,
        checkpoint: phase.name === 'fine' ? checkpoint : `${checkpoint}.${phase.name}`,
        total: steps,
        before,
        prefix: `${phase.name} ${phase.set.side}², `,
        preview: (reached, step) => writePreview(platform, phase.set, options, reached, step),
      },
    );
    before += phase.steps;
    return state;
  };
  try {
    const trained = (await trainInPhases(phases, { seed, yawPerPlace }, run, weights))!;
    await writePreview(platform, set, options, trained, steps);
    return trained;
  } finally {
    await runtime.close();
  }
}

async function writePreview(
  { files, images, runtime }: Platform,
  set: SweepSet,
  { config, previews }: NetTraining,
  weights: Weights,
  step: number,
): Promise<void> {
  if (previews === null) return;
  const nets = buildNets(config, weights, set.side);
  const depth = await openDepthNet(runtime, serialize(nets.depth), set.side, seesNext(config));
  const pose = await openPoseNet(runtime, serialize(nets.pose), set.side);
  try {
    const picture = await previewPicture(runtime, { depth, pose }, set, config.loss.focal, motionsOf(config));
    const path = `${previews}/${STAGE}-${String(step).padStart(6, '0')}.png`;
    await files.write(path, await images.encodePng(picture));
  } finally {
    await depth.release();
    await pose.release();
  }
}
