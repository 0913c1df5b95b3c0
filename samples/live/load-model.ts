import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { LiveModel } from '@turnaround/plugin/live';
import { ViewerError } from '@turnaround/plugin/viewer';
import type { Notice } from './notice.ts';

/**
 * Opens a model of the preview server, which writes its networks first where nobody has yet.
 *
 * @throws ViewerError with the server's own words where it cannot; LiveError
 */
export async function loadModel(engine: AbstractEngine, name: string, notice: Notice): Promise<LiveModel> {
  const model = `/models/${encodeURIComponent(name)}/`;
  notice.wait('Asking for the model', 'The first time its networks are written, which takes a while.');
  const answer = await fetch(`${model}live.json`).catch(() => null);
  if (answer?.status === 500)
    throw new ViewerError('The model’s networks cannot be written', await answer.text());
  const loaded = await LiveModel.loadAsync(engine, {
    model,
    ort: '/ort/',
    onProgress: (progress) => {
      notice.progress(progress);
      if (progress.loaded >= progress.total)
        notice.wait('Opening the network', 'It is made ready to run here.');
    },
  });
  notice.wait('Drawing the first view', 'The next ones come faster.');
  return loaded;
}
