import '@babylonjs/core/Culling/ray.js';
import { AutoRotationBehavior } from '@babylonjs/core/Behaviors/Cameras/autoRotationBehavior.js';
import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { PointerEventTypes } from '@babylonjs/core/Events/pointerEvents.js';
import { SceneInstrumentation } from '@babylonjs/core/Instrumentation/sceneInstrumentation.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { type CrowdMember, ImpostorCrowd } from '@turnaround/plugin/crowd';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import { byId, createEngine, type EngineName, element, ViewerError } from '@turnaround/plugin/viewer';
import { engineAsked } from '../viewer/engine.ts';
import { addressOf, type CharacterFile, fetchCharacters, nameOf } from '../viewer/library.ts';
import { FrameGraph } from './frame-graph.ts';
import { gather } from './people.ts';
import { buildBodies, buildStalls, layOut, NECK, stalls } from './square.ts';

/** People on the square, and different characters among them at most. */
const [PEOPLE, CHARACTERS] = [500, 50];

/** Life size is .3 m for head and shoulders; on a pawn's body a head reads better larger. */
const SCALE = 1.35;

/** How far a bust reaches into its body, metres. */
const NECK_LENGTH = 0.1;

const WHITE = new Color4(1, 1, 1, 1);
const CHOSEN = new Color4(1.3, 1.15, 0.8, 1);

function tell(headline: string, ...advice: (Node | string)[]): void {
  const message = byId('message', HTMLDivElement);
  message.replaceChildren(element('h2', {}, headline), element('p', {}, ...advice));
  message.hidden = false;
}

function offerEngines(used: EngineName | null): void {
  for (const [name, label] of [
    ['webgl2', 'WebGL2'],
    ['webgpu', 'WebGPU'],
  ] as const) {
    const link = element('a', {}, label);
    link.href = `crowd/?engine=${name}`;
    if (name === used) link.ariaCurrent = 'true';
    byId('engines', HTMLElement).append(link);
  }
}

/** Puts the people on the square; each member with the name of its file. */
async function populate(scene: Scene, files: readonly CharacterFile[]) {
  const crowd = new ImpostorCrowd(scene);
  const names = new Map<CrowdMember, string>();
  const booths = stalls();
  const people = gather(PEOPLE, booths);
  buildStalls(scene, booths);
  buildBodies(
    scene,
    people.map(({ place }) => place),
  );
  const impostors = [];
  const unreadable: string[] = [];
  for (const { path } of files.slice(0, CHARACTERS)) {
    try {
      impostors.push({ path, impostor: await loadImpostorAsync(addressOf(path), scene) });
    } catch {
      unreadable.push(path);
    }
  }
  const ready = impostors.filter(({ impostor }) => impostor.relief);
  if (ready.length === 0)
    throw new ViewerError(
      'No character can stand in a crowd',
      `${files.length} files have no depth or cannot be read. Those of a calibrated model have it: npm run demo`,
    );
  for (const [k, { place, facing }] of people.entries()) {
    const { path, impostor } = ready[k % ready.length]!;
    const position = place.add(new Vector3(0, NECK - NECK_LENGTH, 0));
    names.set(crowd.add(impostor, { position, facing, scale: SCALE }), path);
  }
  for (const { impostor } of impostors) impostor.dispose();
  return { crowd, names, unreadable };
}

/** A camera that goes round by itself until somebody takes it. */
function lookRound(scene: Scene, canvas: HTMLCanvasElement): void {
  const camera = new ArcRotateCamera('camera', -1.2, 1.34, 12, new Vector3(0, 1.2, 0), scene);
  camera.minZ = 0.1;
  [camera.lowerRadiusLimit, camera.upperRadiusLimit] = [1.5, 40];
  camera.upperBetaLimit = 1.52;
  camera.wheelDeltaPercentage = 0.02;
  camera.pinchDeltaPercentage = 0.002;
  camera.attachControl(canvas, false);
  const turn = new AutoRotationBehavior();
  turn.idleRotationSpeed = 0.12;
  camera.addBehavior(turn);
}

function run(engine: AbstractEngine, scene: Scene, size: number, characters: number): void {
  const graph = new FrameGraph(byId('frames', HTMLCanvasElement));
  const numbers = byId('numbers', HTMLParagraphElement);
  const instrumentation = new SceneInstrumentation(scene);
  let before = performance.now();
  let frame = 0;
  engine.runRenderLoop(() => {
    scene.render();
    const now = performance.now();
    graph.add(now - before);
    before = now;
    if (frame++ % 10 > 0) return;
    graph.draw();
    numbers.textContent =
      `${graph.median.toFixed(1)} ms a frame · ${size} people of ${characters} · ` +
      `${instrumentation.drawCallsCounter.current} draws`;
  });
  addEventListener('resize', () => engine.resize());
}

async function begin(): Promise<void> {
  let name: EngineName | null = null;
  try {
    name = engineAsked(location.search);
    const canvas = byId('canvas', HTMLCanvasElement);
    const engine = await createEngine(name, canvas);
    const files = await fetchCharacters();
    if (files.length === 0)
      return tell(
        'No characters yet',
        'Run ',
        element('code', {}, 'npm run demo'),
        ' to make four, and come back.',
      );
    const scene = new Scene(engine);
    layOut(scene);
    const { crowd, names, unreadable } = await populate(scene, files);
    lookRound(scene, canvas);
    const who = byId('who', HTMLParagraphElement);
    if (unreadable.length > 0) who.textContent = `Left out: ${unreadable.join(', ')}`;
    let chosen: CrowdMember | null = null;
    scene.onPointerObservable.add(({ pickInfo }) => {
      chosen?.place({ tint: WHITE });
      chosen = pickInfo ? crowd.memberOf(pickInfo) : null;
      chosen?.place({ tint: CHOSEN });
      who.textContent = chosen ? `This is ${nameOf(names.get(chosen)!)}` : '';
    }, PointerEventTypes.POINTERTAP);
    run(engine, scene, crowd.size, new Set(names.values()).size);
  } catch (error) {
    if (error instanceof ViewerError) tell(error.headline, error.message);
    else tell('The square cannot be shown', error instanceof Error ? error.message : String(error));
  } finally {
    offerEngines(name);
  }
}

void begin();
