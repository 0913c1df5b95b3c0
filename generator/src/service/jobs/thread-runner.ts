import { Worker } from 'node:worker_threads';
import type { RuntimeOptions } from '../../platform/onnx-runtime.ts';
import { ownThread } from '../../platform/own-script.ts';
import type { JobHooks, JobOutcome, JobRunner, JobTask } from './job-runner.ts';
import type { JobThreadData, JobThreadMessage } from './job-thread.ts';

export interface ThreadRunnerOptions {
  readonly where: RuntimeOptions;
  readonly placement: boolean;
  log(message: string): void;
}

/** How long a job may take to stop by itself before its thread is ended, ms. What it has finished is kept either way. */
const PATIENCE = 10_000;

/**
 * Runs each job in a thread of its own: the service answers meanwhile, what a job has taken is given back with its
 * thread, and a file that makes it run out of memory ends the job and not the service.
 */
export function createThreadRunner({ where, placement, log }: ThreadRunnerOptions): JobRunner {
  return (task, hooks) => runInThread({ task, where, placement }, hooks, log);
}

function runInThread(
  data: JobThreadData & { readonly task: JobTask },
  { signal, progress, warn }: JobHooks,
  log: (message: string) => void,
): Promise<JobOutcome> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const worker = new Worker(ownThread(import.meta.url, 'job-thread'), { workerData: data });
    let patience: NodeJS.Timeout | undefined;
    // Settled only when the thread is gone: until then it may still write.
    let settle = () =>
      reject(Object.assign(new Error('the thread of the job ended'), { code: 'thread-ended' }));
    const stop = () => {
      worker.postMessage('stop');
      patience = setTimeout(() => void worker.terminate(), PATIENCE);
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: JobThreadMessage) => {
      if (message.kind === 'progress') progress(message.event);
      else if (message.kind === 'warn') warn(message.message);
      else if (message.kind === 'log') log(message.message);
      else if (message.kind === 'done') settle = () => resolve(message.outcome);
      else {
        const { message: text, code, stack } = message;
        const error = Object.assign(new Error(text), code === undefined ? {} : { code });
        if (stack !== undefined) error.stack = stack;
        settle = () => reject(error);
      }
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      settle = () => reject(error);
    });
    worker.on('exit', () => {
      clearTimeout(patience);
      signal.removeEventListener('abort', stop);
      settle();
    });
  });
}
