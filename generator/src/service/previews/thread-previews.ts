import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../pipeline/platform.ts';
import type { RuntimeOptions } from '../../platform/onnx-runtime.ts';
import { ownThread } from '../../platform/own-script.ts';
import type { PreviewMaker, PreviewTask } from './preview-maker.ts';
import type { PreviewOrder, PreviewReply } from './preview-thread.ts';

/** Without work for this long, ms, the thread is ended, and gives its networks' memory back. */
const IDLE = 120_000;

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/** Draws previews in a thread that is begun with the first and ended when none has come for a while. */
export function createThreadPreviews(where: RuntimeOptions): PreviewMaker {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const begin = (): Worker => {
    const begun = new Worker(ownThread(import.meta.url, 'preview-thread'), { workerData: where });
    begun.unref();
    const fail = (error: Error) => {
      if (worker === begun) worker = null;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    };
    begun.on('message', (reply: PreviewReply) => {
      const one = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('bytes' in reply) one?.resolve(reply.bytes);
      else one?.reject(errorOf(reply));
    });
    begun.on('error', fail);
    begun.on('exit', () => fail(new Error('the thread of previews ended')));
    return begun;
  };
  return {
    make(task: PreviewTask) {
      worker ??= begin();
      clearTimeout(idle);
      const id = next++;
      const order: PreviewOrder = { id, task };
      const made = new Promise<Uint8Array>((resolve, reject) => waiting.set(id, { resolve, reject }));
      worker.postMessage(order);
      return made.finally(() => {
        clearTimeout(idle);
        idle = setTimeout(() => void end(), IDLE);
        idle.unref();
      });
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
}

function errorOf({ message, code, stack }: Exclude<PreviewReply, { bytes: Uint8Array }>): Error {
  if (code !== undefined) return new PipelineError(code, message);
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}
