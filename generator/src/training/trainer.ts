import {
  initialState,
  Random,
  scheduleFeeds,
  type TensorValue,
  type TrainingRuntime,
  type TrainingSession,
  type TrainingState,
  type TrainingStep,
  type Weights,
} from '../graph/index.ts';
import { readCheckpoint, type TrainingCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { TrainingError } from './errors.ts';
import { ProgressMeter, type TrainingProgress } from './progress.ts';

/** What is trained, on what, and for how long. */
export interface TrainingJob {
  readonly step: TrainingStep;
  readonly steps: number;
  readonly seed: number;
  /**
   * The inputs of a step. They must follow from the arguments alone: that is what makes a resumed run the same as
   * an unbroken one. The next batch is asked for while a step runs.
   * @param random seeded by the job's seed and the step's index
   */
  readonly batch: (
    index: number,
    random: Random,
  ) => Promise<Readonly<Record<string, TensorValue>>> | Readonly<Record<string, TensorValue>>;
  /** Learning rate by step. */
  readonly rate: (index: number) => number;
  readonly imagesPerStep: number;
  /** Whatever else the numbers depend on, as text; a checkpoint with other settings is refused. */
  readonly settings: string;
  /** Trained weights to begin with, by parameter name. */
  readonly weights?: Weights;
}

/** The files a trainer needs; `pipeline/files.ts` is one. */
export interface CheckpointFiles {
  read(path: string): Promise<Uint8Array>;
  /** Never leaves a half-written file under `path`. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  exists(path: string): Promise<boolean>;
}

export interface TrainerContext {
  readonly runtime: TrainingRuntime;
  readonly files: CheckpointFiles;
  /** Seconds from any fixed moment. */
  readonly now: () => number;
  /** Ends the run after the step under way, with its state saved. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called after each checkpoint but the last, for previews. */
  readonly onCheckpoint?: (checkpoint: TrainingCheckpoint) => Promise<void>;
}

export interface TrainerOptions {
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  /** Goes on from the checkpoint if there is one; otherwise it is overwritten. */
  readonly resume: boolean;
  readonly checkpointSeconds: number;
  readonly progressSeconds: number;
}

export const TRAINER_DEFAULTS: Omit<TrainerOptions, 'checkpoint'> = {
  resume: false,
  checkpointSeconds: 240,
  progressSeconds: 1,
};

export interface TrainingResult {
  readonly state: TrainingState;
  /** Steps done; fewer than asked for where the signal ended the run. */
  readonly steps: number;
  readonly finished: boolean;
}

/**
 * Runs a training job: steps, progress, checkpoints. A loss or gradient that is no number ends it with a
 * `TrainingError` after the state before that step was saved.
 */
export async function train(
  job: TrainingJob,
  context: TrainerContext,
  options: Pick<TrainerOptions, 'checkpoint'> & Partial<TrainerOptions>,
): Promise<TrainingResult> {
  const settings = { ...TRAINER_DEFAULTS, ...options };
  const start = await begin(job, context, settings);
  const session = await context.runtime.load(job.step, start.state);
  try {
    return await run(job, context, settings, session, start.step);
  } finally {
    await session.release();
  }
}

const settingsOf = ({ seed, steps, settings }: TrainingJob): string =>
  JSON.stringify({ seed, steps, settings });

async function begin(
  job: TrainingJob,
  { files }: TrainerContext,
  { checkpoint, resume }: TrainerOptions,
): Promise<TrainingCheckpoint> {
  if (resume && (await files.exists(checkpoint)))
    return readCheckpoint(await files.read(checkpoint), job.step, settingsOf(job));
  return { step: 0, state: initialState(job.step, job.seed, job.weights) };
}

async function run(
  job: TrainingJob,
  { files, now, signal, onProgress, onCheckpoint }: TrainerContext,
  { checkpoint, checkpointSeconds, progressSeconds }: TrainerOptions,
  session: TrainingSession,
  first: number,
): Promise<TrainingResult> {
  const meter = new ProgressMeter(job.steps, job.imagesPerStep, now());
  const save = async (step: number): Promise<TrainingCheckpoint> => {
    const saved = { step, state: await session.read() };
    await files.write(checkpoint, writeCheckpoint(saved, settingsOf(job)));
    return saved;
  };
  const batch = async (index: number) => job.batch(index, new Random(job.seed, 'batch', index));
  let savedAt = now();
  let done = first;
  let feeds = done < job.steps ? await batch(done) : {};
  while (done < job.steps && !signal?.aborted) {
    const running = session.step({ ...feeds, ...scheduleFeeds(job.step, done, job.rate(done)) });
    const [outputs, next] = await both(running, done + 1 < job.steps ? batch(done + 1) : Promise.resolve({}));
    const reports = firstElements(outputs);
    const broken = ['loss', 'gradientNorm'].find((name) => !Number.isFinite(reports[name]));
    if (broken) {
      await session.rollBack();
      await save(done);
      throw new TrainingError(
        `training: ${broken} is ${reports[broken]} at step ${done} of ${job.steps}; the state before it is in ${checkpoint}`,
      );
    }
    done++;
    feeds = next;
    meter.add(reports);
    // The first step at once: it says that training has begun, and how long it will take.
    if (done === first + 1 || meter.elapsed(now()) >= progressSeconds || done === job.steps)
      onProgress?.(meter.take(done, now()));
    if (now() - savedAt >= checkpointSeconds && done < job.steps) {
      const saved = await save(done);
      savedAt = now();
      await onCheckpoint?.(saved);
    }
  }
  const { state } = await save(done);
  return { state, steps: done, finished: done === job.steps };
}

/** Waits for both even if one fails, so that no step is left running behind an error. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

function firstElements(outputs: Readonly<Record<string, Float32Array>>): Record<string, number> {
  return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, data[0]!]));
}
