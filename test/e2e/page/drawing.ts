/** What of a character is drawn: between its views, its views mixed, or their depth. */
import type { ImpostorDrawing } from '@turnaround/plugin/impostor';
import { currentImpostor, currentScene } from './stage.ts';

/** For all cameras, of which there is one; resolves once it is what a frame shows. */
export async function draw(drawing: ImpostorDrawing): Promise<void> {
  currentImpostor()!.drawing = drawing;
  await shown(drawing);
}

/** For the camera of one look (`stage.shoot`) alone, which has drawn before. */
export async function drawForLook(look: number, drawing: ImpostorDrawing | null): Promise<void> {
  const impostor = currentImpostor()!;
  impostor.drawFor(currentScene().getCameraByName(`camera${look}`)!, drawing);
  await shown(drawing ?? impostor.drawing);
}

/** The weights that a look's camera was last drawn with, by view. */
export function samplesOf(look: number): { index: number; weight: number }[] {
  const camera = currentScene().getCameraByName(`camera${look}`)!;
  return [...(currentImpostor()!.stateFor(camera)?.samples ?? [])];
}

/** A drawing's shader is compiled while the march goes on. */
function shown(drawing: ImpostorDrawing): Promise<void> {
  const scene = currentScene();
  const engine = scene.getEngine();
  const wanted = drawing === 'march' ? 'march' : `march.${drawing}`;
  return new Promise((resolve) => {
    const observer = currentImpostor()!.mesh.onBeforeRenderObservable.add((mesh) => {
      if (!mesh.material?.name.endsWith(wanted)) return;
      observer.remove();
      engine.stopRenderLoop();
      resolve();
    });
    engine.runRenderLoop(() => scene.render());
  });
}
