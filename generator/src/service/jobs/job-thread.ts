import { parentPort, workerData } from 'node:worker_threads';
import type { EvaluatePlatform } from '../../pipeline/evaluate/readers.ts';
import type { ProgressEvent } from '../../pipeline/platform.ts';
import { createFiles } from '../../platform/files.ts';
import { graphName } from '../../platform/graph-name.ts';
import { createImageCodec } from '../../platform/image-codec.ts';
import { createRuntime, type ModelWatch, type RuntimeOptions } from '../../platform/onnx-runtime.ts';
import { describePlacements, placementOf } from '../../platform/placement.ts';
import { openStandIns } from '../../platform/stand-ins/index.ts';
import { createWorkerTrainingRuntime } from '../../platform/worker-training-runtime.ts';
import type { JobOutcome, JobTask } from './job-runner.ts';
import { runTask } from './run-task.ts';

/** The thread that one job runs in: networks, matting and packing hold the thread they run on. */

/** What the thread is given. */
export interface JobThreadData {
  readonly task: JobTask;
  readonly where: RuntimeOptions;
  /** Whether to say where ONNX Runtime puts nodes. */
  readonly placement: boolean;
}

/** What it says. `done` and `failed` are the last word. */
export type JobThreadMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'warn'; readonly message: string }
  | { readonly kind: 'log'; readonly message: string }
  | { readonly kind: 'done'; readonly outcome: JobOutcome }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string; readonly stack?: string };

const { task, where, placement } = workerData as JobThreadData;
const abort = new AbortController();
const say = (message: JobThreadMessage): void => parentPort?.postMessage(message);

// The only thing that the service says is that the job is not wanted any more.
parentPort?.once('message', () => abort.abort());

const watch: ModelWatch | undefined = placement
  ? async (model) => {
      const placements = describePlacements(await placementOf(model, where.device));
      say({ kind: 'log', message: `placement: ${graphName(model)}: ${placements}` });
    }
  : undefined;

const platform: EvaluatePlatform = {
  files: createFiles(),
  images: createImageCodec(),
  runtime: createRuntime(where, watch),
  openTraining: () => createWorkerTrainingRuntime(where, watch),
  openStandIns,
  signal: abort.signal,
  progress: (event) => say({ kind: 'progress', event }),
  warn: (message) => say({ kind: 'warn', message }),
};

try {
  say({ kind: 'done', outcome: await runTask(platform, task) });
} catch (error) {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  say({
    kind: 'failed',
    message,
    ...(error instanceof Error && 'code' in error ? { code: String(error.code) } : {}),
    ...(stack === undefined ? {} : { stack }),
  });
}
// The listener would keep the thread.
parentPort?.close();
