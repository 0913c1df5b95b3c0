import { type TrainingState, type Weights, weightsOf } from '../graph/index.ts';
import { TrainingError, type TrainingJob, train } from '../training/index.ts';
import { describeProgress } from './describe-progress.ts';
import { type OpenTraining, PipelineError, type Platform } from './platform.ts';

export interface TrainingRun {
  /** Word that progress is shown under. */
  readonly stage: string;
  /** Path of the checkpoint. It stays there when the training is done: whoever has kept the results removes it. */
  readonly checkpoint: string;
  /** Steps of the whole training and those before this job, where it is one of several. */
  readonly total?: number;
  readonly before?: number;
  /** Put before the losses in a line of progress. */
  readonly prefix?: string;
  readonly checkpointSeconds?: number;
  /** Called with the weights reached after each checkpoint, for previews. @param step of the whole training */
  readonly preview?: (weights: Weights, step: number) => Promise<void>;
}

/** Seconds from one checkpoint and preview to the next, and from one line of progress to the next. */
const [CHECKPOINT_SECONDS, PROGRESS_SECONDS] = [240, 2];

/**
 * Runs a training job in the worker. A run that was stopped goes on from its checkpoint to the same numbers; an
 * interrupt ends it after the step under way, with its state saved.
 * @param runtime whoever opened it closes it
 * @throws PipelineError `training-other` where the checkpoint is another training's; what the signal was aborted with
 * @throws TrainingError where a loss is no number, with the state before it saved
 */
export async function runTraining(
  { files, signal, progress, warn }: Platform,
  runtime: OpenTraining,
  job: TrainingJob,
  run: TrainingRun,
): Promise<TrainingState> {
  const { stage, checkpoint, before = 0, total = job.steps, prefix = '', preview } = run;
  const stopping = () => warn('stopping after the step under way; its state is being saved');
  signal.addEventListener('abort', stopping, { once: true });
  try {
    const { state, finished } = await train(
      job,
      {
        runtime,
        files,
        now: () => performance.now() / 1000,
        signal,
        onProgress: (event) =>
          progress({ stage, done: before + event.step, total, text: prefix + describeProgress(event) }),
        onCheckpoint: async ({ step, state: reached }) =>
          preview?.(weightsOf(job.step, reached), before + step),
      },
      {
        checkpoint,
        resume: true,
        checkpointSeconds: run.checkpointSeconds ?? CHECKPOINT_SECONDS,
        progressSeconds: PROGRESS_SECONDS,
      },
    );
    if (finished) return state;
    signal.throwIfAborted();
    throw new PipelineError('training-stopped', 'training: expected to come to its end, got stopped');
  } catch (error) {
    if (error instanceof TrainingError && error.code === 'training-other')
      throw new PipelineError(
        'training-other',
        `${checkpoint}: expected an unfinished training with these options, got another one's; ` +
          'go on with its options, or begin anew with --restart',
      );
    throw error;
  } finally {
    signal.removeEventListener('abort', stopping);
  }
}
