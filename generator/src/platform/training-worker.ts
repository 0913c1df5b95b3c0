import { parentPort, workerData } from 'node:worker_threads';
import { probeBlock } from '../graph/blocked/index.ts';
import type { TensorValue } from '../graph/runtime.ts';
import { loadTraining, type TrainingModel, type TrainingSession } from '../graph/training-session.ts';
import type { TrainingState } from '../graph/training-step.ts';
import { createRuntime, type RuntimeOptions } from './onnx-runtime.ts';

/** The thread in which training steps run: ONNX Runtime's `run` blocks the thread that calls it. */

/** What the main thread asks. Each request is answered once, in order. */
export type WorkerRequest =
  | { readonly kind: 'probe' }
  | { readonly kind: 'load'; readonly model: TrainingModel; readonly initial: TrainingState }
  | { readonly kind: 'step'; readonly session: number; readonly feeds: Readonly<Record<string, TensorValue>> }
  | { readonly kind: 'write'; readonly session: number; readonly values: TrainingState }
  | { readonly kind: 'rollBack' | 'read' | 'release'; readonly session: number };

export type WorkerReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string; readonly code?: string };

const runtime = createRuntime(workerData as Partial<RuntimeOptions>);
const sessions: TrainingSession[] = [];

async function answer(request: WorkerRequest): Promise<unknown> {
  if (request.kind === 'probe') return probeBlock(runtime);
  if (request.kind === 'load')
    return sessions.push(await loadTraining(runtime, request.model, request.initial)) - 1;
  const session = sessions[request.session]!;
  if (request.kind === 'step') return session.step(request.feeds);
  if (request.kind === 'write') return session.write(request.values);
  return session[request.kind]();
}

parentPort?.on('message', async ({ id, request }: { id: number; request: WorkerRequest }) => {
  let reply: WorkerReply;
  try {
    reply = { id, result: await answer(request) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
    reply = { id, error: error instanceof Error ? error.message : String(error), ...code };
  }
  parentPort?.postMessage(reply);
});
