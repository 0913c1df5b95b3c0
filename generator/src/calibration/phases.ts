import type { TrainingState, Weights } from '../graph/index.ts';
import { weightsOf } from '../graph/index.ts';
import type { TrainingJob } from '../training/index.ts';
import type { CalibrationConfig } from './config.ts';
import { type CalibrationJobOptions, calibrationJob } from './job.ts';
import { halveSweeps, type SweepSet } from './sweep-set.ts';

/** A stretch of a training at one size of pictures. */
export interface CalibrationPhase {
  readonly name: 'coarse' | 'fine';
  readonly set: SweepSet;
  readonly config: CalibrationConfig;
  readonly steps: number;
}

/** Pictures of this size are not halved: the pose net looks at 64². Pixels of a side. */
const SMALLEST = 64;

/**
 * Coarse to fine: a step on pictures of half the size takes a quarter of the time and teaches yaw, pose and the large
 * shapes as well; noses and hair are learned at the full size in the steps that are left.
 */
export function calibrationPhases(
  set: SweepSet,
  config: CalibrationConfig,
  steps: number,
): readonly CalibrationPhase[] {
  const coarse = config.nets === 'orbit' && set.side > SMALLEST ? Math.round(steps * config.coarse) : 0;
  if (config.nets !== 'orbit' || coarse === 0) return [{ name: 'fine', set, config, steps }];
  const first: CalibrationPhase = { name: 'coarse', set: halveSweeps(set), config, steps: coarse };
  if (coarse === steps) return [first];
  const window = config.window && { ...config.window, from: config.window.to };
  const rate = { ...config.rate, ...config.fineRate };
  const rest = { ...config, window, rate, warmUpSteps: 0 };
  return [first, { name: 'fine', set, config: rest, steps: steps - coarse }];
}

/**
 * Trains one phase after the other, each from the weights of the one before.
 * @param run   trains a job and gives its last state, or null where it was stopped
 * @param given weights to begin with
 * @returns the nets' weights; null where `run` was stopped
 */
export async function trainInPhases(
  phases: readonly CalibrationPhase[],
  options: Omit<CalibrationJobOptions, 'steps'>,
  run: (job: TrainingJob, phase: CalibrationPhase) => Promise<TrainingState | null>,
  given?: Weights,
): Promise<Record<string, Float32Array> | null> {
  let weights: Record<string, Float32Array> | null = null;
  for (const phase of phases) {
    const job = calibrationJob(phase.set, phase.config, { ...options, steps: phase.steps });
    const start = weights ?? given;
    const state = await run(start ? { ...job, weights: start } : job, phase);
    if (!state) return null;
    weights = weightsOf(job.step, state);
  }
  return weights;
}
