import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { LiveModel } from '@turnaround/plugin/live';
import { byId, element } from '@turnaround/plugin/viewer';
import { buildBody } from './body.ts';
import { lineFor } from './describe-error.ts';
import type { OpenedEngine } from './open-engine.ts';
import { spellBackend, ViewTimes } from './status.ts';
import { standStoredPeople } from './stored-people.ts';
import { Stranger } from './stranger.ts';
import { groundAt, STREET } from './street-plan.ts';
import { buildStreet } from './street-set.ts';
import { Walker } from './walker.ts';

/** Where strangers stand, x and z; the first one near enough to be met at once. */
const STRANGERS = [
  [-2.7, -8.6],
  [2.9, 3],
  [-2.9, 16],
] as const;

const START = new Vector3(-1.9, 0, -11.8);
/** Radians: a little towards that one. */
const FACING = -0.1;

/** Who has walked so far knows how, metres. */
const LEARNED = 1.5;

/** Frames between two readings of the numbers. */
const READING = 15;

/** A street with strangers whose faces are made up when one meets them; resolves when it can be walked. */
export async function showStreet({ engine, name }: OpenedEngine, model: LiveModel): Promise<void> {
  const scene = new Scene(engine);
  buildStreet(scene);
  const strangers = STRANGERS.map(([x, z], k) => {
    const place = new Vector3(x, groundAt(x), z);
    const { x: dx, z: dz } = START.subtract(place);
    return new Stranger(model, buildBody(scene, place, k === 0 ? Math.atan2(dx, dz) : Math.PI, 20 + 110 * k));
  });
  const canvas = byId('canvas', HTMLCanvasElement);
  const { camera } = new Walker(scene, canvas, byId('walk', HTMLButtonElement), {
    start: START,
    facing: FACING,
    bounds: { side: STREET.side - 0.4, from: STREET.from, to: STREET.to - 2 },
    others: strangers.map(({ place }) => place),
  });
  const start = camera.position.clone();
  const trouble = byId('trouble', HTMLParagraphElement);
  const failed = (error: unknown): void => {
    trouble.textContent = lineFor(error);
  };
  model.onErrorObservable.add(failed);
  const distanceTo = ({ place }: Stranger): number =>
    Math.hypot(place.x - camera.position.x, place.z - camera.position.z);
  scene.onBeforeRenderObservable.add(() => {
    for (const stranger of strangers) stranger.see(distanceTo(stranger), failed);
  });
  report(scene, strangers, distanceTo);
  sayHow(scene, name, model);
  const hint = byId('hint', HTMLParagraphElement);
  scene.onBeforeRenderObservable.add(() => {
    hint.hidden ||= Vector3.DistanceSquared(camera.position, start) > LEARNED ** 2;
  });
  engine.runRenderLoop(() => scene.render());
  new ResizeObserver(() => engine.resize()).observe(canvas);
  await scene.whenReadyAsync();
  standStoredPeople(scene).then(sayStored, failed);
}

/** Says now and then who is live. */
function report(
  scene: Scene,
  strangers: readonly Stranger[],
  distanceTo: (stranger: Stranger) => number,
): void {
  const line = byId('live', HTMLParagraphElement);
  let frame = 0;
  scene.onAfterRenderObservable.add(() => {
    if (frame++ % READING > 0) return;
    const faces = strangers.flatMap((stranger) => {
      const { face } = stranger;
      if (!face) return [];
      return `seed ${face.face.seed}, ${distanceTo(stranger).toFixed(0)} m away, ${face.viewCount} views`;
    });
    line.textContent = `Live: ${faces.join('; ') || 'nobody. Walk up to somebody.'}`;
  });
}

/** Says what draws, and how fast. */
function sayHow(scene: Scene, engine: string, model: LiveModel): void {
  const line = byId('how', HTMLParagraphElement);
  const times = new ViewTimes(model);
  const how = `${engine === 'webgpu' ? 'WebGPU' : 'WebGL2'} · network on ${spellBackend(model)}`;
  let frame = 0;
  scene.onAfterRenderObservable.add(() => {
    if (frame++ % READING === 0) line.textContent = `${how} · ${times.usual} a view`;
  });
}

function sayStored(count: number): void {
  const line = byId('stored', HTMLParagraphElement);
  if (count > 0) line.textContent = `Stored: ${count} at the end of the street`;
  else
    line.replaceChildren(
      'Stored: nobody. ',
      element('code', {}, 'npm run demo'),
      ' makes four for the end of the street.',
    );
}
