import { Worker } from 'node:worker_threads';
import { type TrainingRuntime, type TrainingSession, trainingModel } from '../graph/training-session.ts';
import type { TrainingState } from '../graph/training-step.ts';
import { type ModelWatch, RUNTIME_DEFAULTS, type RuntimeOptions } from './onnx-runtime.ts';
import { ownThread } from './own-script.ts';
import type { WorkerReply, WorkerRequest } from './training-worker.ts';

export interface WorkerTrainingRuntime extends TrainingRuntime {
  /** Ends the thread. Steps under way are lost. */
  close(): Promise<void>;
}

/**
 * Trains in a worker thread, so that the calling thread stays free: it prepares the next batch meanwhile, and
 * answers an interrupt at once. The state stays in the worker; batches go in, reports come out.
 */
export function createWorkerTrainingRuntime(
  options: Partial<RuntimeOptions> = {},
  watch?: ModelWatch,
): WorkerTrainingRuntime {
  const worker = new Worker(ownThread(import.meta.url, 'training-worker'), { workerData: options });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let failure: Error | null = null;
  let last = 0;
  worker.unref();
  worker.on('message', (reply: WorkerReply) => {
    const request = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if ('error' in reply) {
      const { error, code } = reply;
      request?.reject(Object.assign(new Error(error), code === undefined ? {} : { code }));
    } else request?.resolve(reply.result);
  });
  const fail = (error: Error): void => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('training worker: it has ended')));
  const ask = (request: WorkerRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      const id = last++;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, request });
    });
  return {
    device: options.device ?? RUNTIME_DEFAULTS.device,
    async load(step, initial): Promise<TrainingSession> {
      const block = (await ask({ kind: 'probe' })) as number | null;
      const model = trainingModel(step, block);
      await watch?.(model.model);
      const session = (await ask({ kind: 'load', model, initial })) as number;
      return {
        step: (feeds) => ask({ kind: 'step', session, feeds }) as Promise<Record<string, Float32Array>>,
        rollBack: () => ask({ kind: 'rollBack', session }) as Promise<void>,
        read: () => ask({ kind: 'read', session }) as Promise<TrainingState>,
        write: (values) => ask({ kind: 'write', session, values }) as Promise<void>,
        release: () => ask({ kind: 'release', session }) as Promise<void>,
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}
