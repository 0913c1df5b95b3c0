import { parentPort, workerData } from 'node:worker_threads';
import { readModelManifest } from '../../pipeline/model-manifest.ts';
import { openPreviewModel, type PreviewModel } from '../../pipeline/preview.ts';
import { createFiles } from '../../platform/files.ts';
import { createImageCodec } from '../../platform/image-codec.ts';
import { createRuntime, type RuntimeOptions } from '../../platform/onnx-runtime.ts';
import type { PreviewTask } from './preview-maker.ts';

/** The thread that draws previews. It keeps the networks of the last model open: loading takes longer than a view. */

/** What the thread is told. */
export interface PreviewOrder {
  readonly id: number;
  readonly task: PreviewTask;
}

/** What it says to an order. */
export type PreviewReply =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly message: string; readonly code?: string; readonly stack?: string };

const platform = {
  files: createFiles(),
  images: createImageCodec(),
  runtime: createRuntime(workerData as RuntimeOptions),
};
let open: { readonly folder: string; readonly model: PreviewModel } | null = null;

/** The model of a folder as it stands now: training changes it. */
async function modelOf(folder: string): Promise<PreviewModel> {
  const { hash } = await readModelManifest(platform.files, folder);
  if (open?.folder === folder && open.model.hash === hash) return open.model;
  await open?.model.release();
  open = null;
  const model = await openPreviewModel(platform, folder);
  open = { folder, model };
  return model;
}

parentPort!.on('message', async ({ id, task }: PreviewOrder) => {
  try {
    const { folder, ...options } = task;
    const bytes = await (await modelOf(folder)).draw(options);
    parentPort!.postMessage({ id, bytes } satisfies PreviewReply);
  } catch (error) {
    const { message, stack, code } = error as { message?: string; stack?: string; code?: unknown };
    const reply: PreviewReply = {
      id,
      message: message ?? String(error),
      ...(code === undefined ? {} : { code: String(code) }),
      ...(stack === undefined ? {} : { stack }),
    };
    parentPort!.postMessage(reply);
  }
});
