/** A thousand characters in one scene, in several ways, and how long the main thread is busy with a frame. */
import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { SceneInstrumentation } from '@babylonjs/core/Instrumentation/sceneInstrumentation.js';
import { ImportMeshAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { GaussianSplattingMesh } from '@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Sprite } from '@babylonjs/core/Sprites/sprite.js';
import { SpriteManager } from '@babylonjs/core/Sprites/spriteManager.js';
import { Scene } from '@babylonjs/core/scene.js';
import { ImpostorCrowd } from '@turnaround/plugin/crowd';
import { loadImpostorAsync, registerImpostorLoader } from '@turnaround/plugin/loader';
import '@babylonjs/core/Sprites/spriteSceneComponent.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';

/** Ways to show a crowd. */
export type CrowdWay = 'crowd' | 'sprites' | 'meshes' | 'splats';

/** Where everybody stands: a square of rows half a metre apart, in x and z. */
function places(count: number): Vector3[] {
  const side = Math.ceil(Math.sqrt(count));
  return Array.from(
    { length: count },
    (_, k) => new Vector3(0.5 * ((k % side) - side / 2), 0, 0.5 * (Math.floor(k / side) - side / 2)),
  );
}

async function fillCrowd(scene: Scene, urls: readonly string[], count: number): Promise<void> {
  const crowd = new ImpostorCrowd(scene);
  const impostors = [];
  for (const url of urls) impostors.push(await loadImpostorAsync(url, scene));
  for (const [k, position] of places(count).entries())
    crowd.add(impostors[k % impostors.length]!, { position, facing: 0.1 * ((k % 7) - 3) });
  for (const impostor of impostors) impostor.dispose();
}

/** What a game has without this: one picture a character, turned to the camera by Babylon. */
function fillSprites(scene: Scene, subjects: number, count: number): void {
  const [columns, size] = [Math.ceil(Math.sqrt(subjects)), 128];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [columns * size, columns * size];
  const context = canvas.getContext('2d')!;
  for (let k = 0; k < subjects; k++) {
    context.fillStyle = `hsl(${(360 * k) / subjects} 60% 50%)`;
    context.beginPath();
    context.arc(((k % columns) + 0.5) * size, (Math.floor(k / columns) + 0.5) * size, 50, 0, 7);
    context.fill();
  }
  const sheet = { width: size, height: size };
  const manager = new SpriteManager('sprites', canvas.toDataURL(), count, sheet, scene);
  for (const [k, position] of places(count).entries()) {
    const sprite = new Sprite(`${k}`, manager);
    sprite.position = position;
    sprite.size = 0.3;
    sprite.cellIndex = k % subjects;
  }
}

/** The files' fallback meshes, as viewers show them that do not know the extension. */
async function fillMeshes(scene: Scene, urls: readonly string[], count: number): Promise<void> {
  registerImpostorLoader();
  const loaded: Mesh[] = [];
  for (const url of urls) {
    const options = {
      pluginOptions: { gltf: { extensionOptions: { TURNAROUND_impostor: { enabled: false } } } },
    };
    const { meshes } = await ImportMeshAsync(url, scene, options);
    loaded.push(meshes.find((mesh) => mesh.getTotalVertices() > 0) as Mesh);
  }
  for (const [k, { x, y, z }] of places(count).entries())
    loaded[k % loaded.length]!.thinInstanceAdd(Matrix.Translation(x, y, z), k >= count - loaded.length);
}

/** Each head a mesh of its own, sorted by Babylon's worker whenever the camera moves. @param urls .splat files */
async function fillSplats(scene: Scene, urls: readonly string[], count: number): Promise<void> {
  const files = await Promise.all(urls.map(async (url) => (await fetch(url)).arrayBuffer()));
  for (const [k, position] of places(count).entries()) {
    const head = new GaussianSplattingMesh(`${k}`, null, scene);
    await head.updateDataAsync(files[k % files.length]!.slice(0));
    head.position = position;
  }
}

/** What a way costs. */
export interface CrowdCost {
  /** Milliseconds of `scene.render()` on the main thread, of each frame. */
  readonly milliseconds: number[];
  readonly drawCalls: number;
}

/**
 * Fills a scene and renders frames with a camera that goes round it.
 * @param urls   characters
 * @param count  of those that stand there
 */
export async function measureCrowd(
  engine: AbstractEngine,
  way: CrowdWay,
  urls: readonly string[],
  count: number,
  frames: number,
): Promise<CrowdCost> {
  const scene = new Scene(engine);
  const camera = new TargetCamera('camera', new Vector3(0, 3, -14), scene);
  [camera.minZ, camera.maxZ] = [0.1, 100];
  if (way === 'crowd') await fillCrowd(scene, urls, count);
  else if (way === 'sprites') fillSprites(scene, urls.length, count);
  else if (way === 'meshes') await fillMeshes(scene, urls, count);
  else await fillSplats(scene, urls, count);
  const instrumentation = new SceneInstrumentation(scene);
  await scene.whenReadyAsync();
  const milliseconds: number[] = [];
  await new Promise<void>((resolve) => {
    let frame = -WARM_UP;
    engine.runRenderLoop(() => {
      const angle = 0.02 * frame;
      camera.position.set(14 * Math.sin(angle), 3, -14 * Math.cos(angle));
      camera.setTarget(Vector3.Zero());
      const start = performance.now();
      scene.render();
      if (frame >= 0) milliseconds.push(performance.now() - start);
      frame++;
      if (frame === frames) resolve();
    });
  });
  engine.stopRenderLoop();
  const drawCalls = instrumentation.drawCallsCounter.current;
  scene.dispose();
  return { milliseconds, drawCalls };
}

/** Until V8 has compiled what a frame runs: a game draws thousands. */
const WARM_UP = 300;
