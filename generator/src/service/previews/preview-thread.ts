import { readModelManifest } from '../../pipeline/model-manifest.ts';
import { openPreviewModel, type PreviewModel } from '../../pipeline/preview.ts';
import { answerTasks, type ThreadPlatform } from '../../platform/answer-tasks.ts';
import type { PreviewTask } from './preview-maker.ts';

/** The thread that draws previews. It keeps the networks of the last model open: loading takes longer than a view. */

let open: { readonly folder: string; readonly model: PreviewModel } | null = null;

/** The model of a folder as it stands now: training changes it. */
async function modelOf(platform: ThreadPlatform, folder: string): Promise<PreviewModel> {
  const { hash } = await readModelManifest(platform.files, folder);
  if (open?.folder === folder && open.model.hash === hash) return open.model;
  await open?.model.release();
  open = null;
  const model = await openPreviewModel(platform, folder);
  open = { folder, model };
  return model;
}

answerTasks<PreviewTask, Uint8Array>(
  async (platform, { folder, ...options }) => ({
    outcome: await (await modelOf(platform, folder)).draw(options),
  }),
  async () => open?.model.release(),
);
