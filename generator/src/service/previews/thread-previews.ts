import { PipelineError } from '../../pipeline/platform.ts';
import { ownThread } from '../../platform/own-script.ts';
import { openTaskThread, type TaskThread, type ThreadMachine } from '../../platform/task-thread.ts';
import type { PreviewMaker, PreviewTask } from './preview-maker.ts';

/** Without work for this long, ms, the thread is ended, and gives its networks' memory back. */
const IDLE = 120_000;

export interface ThreadPreviewsOptions extends ThreadMachine {
  log(message: string): void;
}

/** Draws previews, one at a time, in a thread that is begun with the first and ended when none has come for a while. */
export function createThreadPreviews({ log, ...machine }: ThreadPreviewsOptions): PreviewMaker {
  let thread: TaskThread<PreviewTask, Uint8Array> | null = null;
  let idle: NodeJS.Timeout | undefined;
  const stopped = new AbortController();
  const end = async (): Promise<void> => {
    const ended = thread;
    thread = null;
    await ended?.close();
  };
  return {
    async make(task: PreviewTask) {
      clearTimeout(idle);
      if (!thread?.alive) thread = openTaskThread(ownThread(import.meta.url, 'preview-thread'), machine, log);
      const used = thread;
      try {
        return await used.run(task, { signal: stopped.signal, progress() {}, warn: log });
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        // A thread that has died says nothing about the model.
        throw code !== undefined && used.alive ? new PipelineError(code, message) : error;
      } finally {
        idle = setTimeout(() => void end(), IDLE);
        idle.unref();
      }
    },
    async close() {
      clearTimeout(idle);
      stopped.abort();
      await end();
    },
  };
}
