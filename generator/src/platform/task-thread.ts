import { type Transferable, Worker } from 'node:worker_threads';
import type { ProgressEvent } from '../pipeline/platform.ts';
import type { RuntimeOptions } from './onnx-runtime.ts';

/**
 * Threads that stages run in: networks, matting and packing hold the thread they run on. The other side is
 * `answer-tasks.ts`.
 */

/** What a thread is begun with. */
export interface ThreadMachine {
  readonly where: RuntimeOptions;
  /** Whether to say where ONNX Runtime puts nodes. */
  readonly placement: boolean;
}

/** What the side that asks says. */
export type ThreadRequest =
  | { readonly kind: 'task'; readonly task: unknown }
  /** The task is not wanted any more. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'close' };

/** What a thread says. `done` and `failed` are the last word on a task. */
export type ThreadMessage<Outcome> =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'warn'; readonly message: string }
  | { readonly kind: 'log'; readonly message: string }
  /** @property inference  milliseconds spent inside ONNX Runtime */
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly inference: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string; readonly stack?: string };

/** What a task tells while it runs, and what stops it. */
export interface TaskHooks {
  readonly signal: AbortSignal;
  progress(event: ProgressEvent): void;
  warn(message: string): void;
}

/** One thread, which does one task after another. */
export interface TaskThread<Task, Outcome> {
  /** False once it has ended, whyever. */
  readonly alive: boolean;
  /** Milliseconds that its finished tasks have spent inside ONNX Runtime. */
  readonly inference: number;
  /**
   * Rejects with what the task threw; once the signal has fired, when the work has stopped. Not to be called while
   * another task runs.
   * @param transfer  buffers that the task gives away
   */
  run(task: Task, hooks: TaskHooks, transfer?: readonly Transferable[]): Promise<Outcome>;
  /** Ends it once its task is done, and waits until it is gone. */
  close(): Promise<void>;
}

/** How long a task may take to stop by itself before its thread is ended, ms. What it has finished is kept either way. */
const PATIENCE = 10_000;

/** @param script  as `ownThread` finds it */
export function openTaskThread<Task, Outcome>(
  script: URL,
  machine: ThreadMachine,
  log: (message: string) => void,
): TaskThread<Task, Outcome> {
  const worker = new Worker(script, { workerData: machine });
  const ask = (request: ThreadRequest, transfer: readonly Transferable[] = []) =>
    worker.postMessage(request, transfer);
  let current: { readonly hooks: TaskHooks; settle(end: () => void): void; fail(error: Error): void } | null =
    null;
  let end: Error = Object.assign(new Error('the thread of the task ended'), { code: 'thread-ended' });
  let alive = true;
  let inference = 0;
  const gone = new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      end = error as Error;
    });
    worker.on('exit', () => {
      alive = false;
      current?.fail(end);
      resolve();
    });
  });
  return {
    get alive() {
      return alive;
    },
    get inference() {
      return inference;
    },
    run(task, hooks, transfer) {
      const { signal } = hooks;
      if (signal.aborted) return Promise.reject(signal.reason);
      if (!alive) return Promise.reject(end);
      return new Promise<Outcome>((resolve, reject) => {
        let patience: NodeJS.Timeout | undefined;
        const stop = () => {
          ask({ kind: 'stop' });
          patience = setTimeout(() => void worker.terminate(), PATIENCE);
        };
        const settle = (finish: () => void) => {
          clearTimeout(patience);
          signal.removeEventListener('abort', stop);
          worker.off('message', hear);
          current = null;
          finish();
        };
        const hear = (message: ThreadMessage<Outcome>) => {
          if (message.kind === 'progress') hooks.progress(message.event);
          else if (message.kind === 'warn') hooks.warn(message.message);
          else if (message.kind === 'log') log(message.message);
          else if (message.kind === 'done') {
            inference += message.inference;
            settle(() => resolve(message.outcome));
          } else {
            const { message: text, code, stack } = message;
            const error = Object.assign(new Error(text), code === undefined ? {} : { code });
            if (stack !== undefined) error.stack = stack;
            settle(() => reject(error));
          }
        };
        current = { hooks, settle, fail: (error) => settle(() => reject(error)) };
        worker.on('message', hear);
        signal.addEventListener('abort', stop, { once: true });
        ask({ kind: 'task', task }, transfer);
      });
    },
    async close() {
      if (alive) ask({ kind: 'close' });
      await gone;
    },
  };
}
