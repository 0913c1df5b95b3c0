import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import type { EvaluatePlatform } from '../pipeline/evaluate/readers.ts';
import { createFiles } from './files.ts';
import { graphName } from './graph-name.ts';
import { createImageCodec } from './image-codec.ts';
import { createRuntime, type ModelWatch } from './onnx-runtime.ts';
import { describePlacements, placementOf } from './placement.ts';
import { openStandIns } from './stand-ins/index.ts';
import type { ThreadMachine, ThreadMessage, ThreadRequest } from './task-thread.ts';
import { timedRuntime } from './timed-runtime.ts';
import { createWorkerTrainingRuntime } from './worker-training-runtime.ts';

/** What a task comes to, and the buffers that go with it instead of being copied. */
export interface Answer<Outcome> {
  readonly outcome: Outcome;
  readonly transfer?: readonly Transferable[];
}

/** The machine as tasks of this thread see it. `signal` is each task's own. */
export type ThreadPlatform = EvaluatePlatform;

/**
 * Does the tasks that the thread is asked for, one after another, until it is closed. To be called once, by the script
 * of a thread that `openTaskThread` began.
 * @param ended  called before the thread goes
 */
export function answerTasks<Task, Outcome>(
  answer: (platform: ThreadPlatform, task: Task) => Promise<Answer<Outcome>>,
  ended: () => Promise<void> = async () => {},
): void {
  const port = parentPort;
  if (!port) throw new Error('answerTasks: expected to be called in a worker thread');
  const { where, placement } = workerData as ThreadMachine;
  const say = (message: ThreadMessage<Outcome>, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, transfer);
  const watch: ModelWatch | undefined = placement
    ? async (model) => {
        const placements = describePlacements(await placementOf(model, where.device));
        say({ kind: 'log', message: `placement: ${graphName(model)}: ${placements}` });
      }
    : undefined;
  const { runtime, spent } = timedRuntime(createRuntime(where, watch));
  const machine = {
    files: createFiles(),
    images: createImageCodec(),
    runtime,
    openTraining: () => createWorkerTrainingRuntime(where, watch),
    openStandIns,
    progress: (event) => say({ kind: 'progress', event }),
    warn: (message) => say({ kind: 'warn', message }),
  } satisfies Omit<ThreadPlatform, 'signal'>;
  let abort = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const doTask = async (task: Task): Promise<void> => {
    abort = new AbortController();
    const before = spent();
    try {
      const { outcome, transfer } = await answer({ ...machine, signal: abort.signal }, task);
      say({ kind: 'done', outcome, inference: spent() - before }, transfer);
    } catch (error) {
      say({ kind: 'failed', ...described(error) });
    }
  };
  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'task') last = last.then(() => doTask(request.task as Task));
    else if (request.kind === 'stop') abort.abort();
    // The listener would keep the thread.
    else void last.then(ended).finally(() => port.close());
  });
}

function described(error: unknown): { message: string; code?: string; stack?: string } {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return {
    message,
    ...(error instanceof Error && 'code' in error ? { code: String(error.code) } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}
