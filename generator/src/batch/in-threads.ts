import PQueue from 'p-queue';
import type { LookAlikes } from '../pipeline/characters/diverse.ts';
import { removeDamaged } from '../pipeline/characters/publish.ts';
import { planCharacters } from '../pipeline/characters/recipe.ts';
import { type GenerateResult, type MakeCharacters, runBatch } from '../pipeline/characters/run-batch.ts';
import { type GenerateOptions, makeInTurn } from '../pipeline/generate.ts';
import type { Platform } from '../pipeline/platform.ts';
import type { BatchOutcome } from './job.ts';
import { jobsFor, outOf } from './jobs-for.ts';
import { type LineOptions, openLine } from './line.ts';

/** Fewer characters than this are made one after the other: threads take a second to begin. */
const WORTH_THREADS = 3;

export interface InThreadsOptions extends LineOptions {
  /** Of S3-compatible storage. */
  readonly endpoint: string | null;
}

/**
 * Makes characters in this process: a thread draws the next one while others pack those before it. The first error
 * ends the run; what was finished before it is kept.
 */
export async function generateInThreads(
  platform: Platform & LookAlikes,
  options: GenerateOptions,
  { endpoint, ...line }: InThreadsOptions,
): Promise<GenerateResult> {
  const { reject = false, diverse = false, seeds, out } = options;
  const plan = await planCharacters(platform, options);
  const jobOf = jobsFor(plan, options, endpoint);
  const byLine: MakeCharacters = async (missing, report) => {
    await removeDamaged(platform.files, outOf(options), missing);
    const opened = openLine(line);
    // One is drawn while the others are packed.
    const turns = new PQueue({ concurrency: line.packers + 1 });
    const failed = new AbortController();
    const signal = AbortSignal.any([platform.signal, failed.signal]);
    let reported: Promise<void> = Promise.resolve();
    const make = async (one: (typeof missing)[number]): Promise<void> => {
      signal.throwIfAborted();
      const task = { job: jobOf(one), model: options.model };
      const outcome: BatchOutcome = await opened.make(task, {
        signal,
        progress() {},
        warn: (message) => platform.warn(message),
      });
      reported = reported.then(() => report(outcome));
      await reported;
    };
    try {
      await Promise.all(
        missing.map((one) =>
          turns
            .add(() => make(one))
            .catch((error: unknown) => {
              failed.abort(error);
              throw error;
            }),
        ),
      );
    } finally {
      turns.clear();
      await turns.onIdle();
      await opened.close();
    }
  };
  return runBatch(platform, plan, { seeds, out, reject, diverse }, (missing, report) =>
    missing.length < WORTH_THREADS
      ? makeInTurn(platform, plan, options)(missing, report)
      : byLine(missing, report),
  );
}
