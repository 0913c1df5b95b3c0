import { byId, type EngineName, element, ViewerError } from '@turnaround/plugin/viewer';
import { addressWith, modelAsked, type SceneName, sceneAsked } from './address.ts';
import { showFace } from './face.ts';
import { loadModel } from './load-model.ts';
import { Notice } from './notice.ts';
import { type OpenedEngine, openEngine } from './open-engine.ts';
import { showStreet } from './street.ts';

/** Resolves when there is something to see. */
const SHOW: Readonly<Record<SceneName, typeof showFace>> = { face: showFace, street: showStreet };

/** Puts a scene's part of the page into place. */
function lay(scene: SceneName): void {
  document.body.dataset.scene = scene;
  byId('main', HTMLElement).replaceChildren(byId(scene, HTMLTemplateElement).content.cloneNode(true));
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-scene]')) {
    const name = link.dataset.scene as SceneName;
    link.href = addressWith({ scene: name });
    if (name === scene) link.ariaCurrent = 'page';
  }
}

function offerEngines(used: EngineName | null): void {
  const names: [EngineName, string][] = [
    ['webgl2', 'WebGL2'],
    ['webgpu', 'WebGPU'],
  ];
  for (const [name, label] of names) {
    const link = element('a', {}, label);
    link.href = addressWith({ engine: name });
    // The seed in the address may have changed since.
    link.addEventListener('click', () => {
      link.href = addressWith({ engine: name });
    });
    if (name === used) link.ariaCurrent = 'true';
    byId('engines', HTMLElement).append(link);
  }
}

async function show(scene: SceneName, opened: OpenedEngine, notice: Notice): Promise<void> {
  const model = await loadModel(opened.engine, modelAsked(location.search), notice);
  addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) void model.dispose();
  });
  await SHOW[scene](opened, model);
  notice.hide();
}

async function begin(): Promise<void> {
  let scene: SceneName | ViewerError;
  try {
    scene = sceneAsked(location.search);
  } catch (error) {
    scene = error as ViewerError;
  }
  const known = scene instanceof ViewerError ? null : scene;
  lay(known ?? 'face');
  const notice = new Notice(byId('message', HTMLDivElement));
  let opened: OpenedEngine | null = null;
  try {
    if (!known) throw scene;
    opened = await openEngine(location.search, byId('canvas', HTMLCanvasElement));
  } catch (error) {
    notice.fail(error);
  }
  offerEngines(opened?.name ?? null);
  if (opened && known) await show(known, opened, notice).catch((error: unknown) => notice.fail(error));
}

await begin();
