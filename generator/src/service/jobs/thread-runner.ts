import { ownThread } from '../../platform/own-script.ts';
import { openTaskThread, type ThreadMachine } from '../../platform/task-thread.ts';
import type { JobOutcome, JobRunner, JobTask } from './job-runner.ts';

export interface ThreadRunnerOptions extends ThreadMachine {
  log(message: string): void;
}

/**
 * Runs each job in a thread of its own: the service answers meanwhile, what a job has taken is given back with its
 * thread, and a file that makes it run out of memory ends the job and not the service.
 */
export function createThreadRunner({ where, placement, log }: ThreadRunnerOptions): JobRunner {
  return async (task, hooks) => {
    hooks.signal.throwIfAborted();
    const thread = openTaskThread<JobTask, JobOutcome>(
      ownThread(import.meta.url, 'job-thread'),
      { where, placement },
      log,
    );
    try {
      return await thread.run(task, hooks);
    } finally {
      // Settled only when the thread is gone: until then it may still write.
      await thread.close();
    }
  };
}
