/** Characters that are made while a test looks at them. */
import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import {
  LiveError,
  type LiveFace,
  LiveImpostor,
  LiveModel,
  type LiveModelOptions,
} from '@turnaround/plugin/live';
import { deviceOf } from '../../../plugin/src/live/babylon-device.ts';
import { base64, bytes, fromTop } from './pixels.ts';
import { currentScene } from './stage.ts';

let model: LiveModel | null = null;
let face: LiveImpostor | null = null;
const states: string[] = [];
const errors: string[] = [];
const milliseconds: number[] = [];

/** What a test sees of it all. */
export interface LiveNotes {
  backend: string | null;
  zeroCopy: boolean;
  half: boolean;
  threads: number | null;
  state: string | null;
  states: string[];
  errors: string[];
  /** Yaws of the views that are kept, degrees. */
  views: number[];
  /** Yaw that the camera sees, and shares of the views. */
  yaw: number | null;
  shown: { index: number; weight: number }[];
  made: number;
  milliseconds: number[];
  face: LiveFace | null;
  disposed: boolean;
}

/** @returns the error's code, or null */
export async function openModel(options: LiveModelOptions): Promise<string | null> {
  [states.length, errors.length, milliseconds.length] = [0, 0, 0];
  try {
    model = await LiveModel.loadAsync(currentScene().getEngine(), options);
  } catch (error) {
    return codeOf(error);
  }
  model.onStateChangedObservable.add((state) => states.push(state));
  model.onErrorObservable.add(({ code }) => errors.push(code));
  model.onViewMadeObservable.add((took) => milliseconds.push(took));
  return null;
}

/** A character before the camera. @returns the error's code, or null */
export async function stand(change: Partial<LiveFace> & { views?: number } = {}): Promise<string | null> {
  const scene = currentScene();
  if (!scene.activeCamera) {
    const camera = new TargetCamera('camera', new Vector3(0, 0.15, 1.35), scene);
    camera.setTarget(new Vector3(0, 0.15, 0));
    // The frame fills the canvas: focal length of 9 half-widths.
    camera.fov = 2 * Math.atan(1 / 9);
    camera.minZ = 0.1;
    scene.clearColor = new Color4(0.5, 0.5, 0.5, 1);
  }
  run();
  try {
    face = await LiveImpostor.createAsync(scene, { model: model!, ...change });
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

export async function change(to: Partial<LiveFace>): Promise<string | null> {
  return face!.changeAsync(to).then(
    () => null,
    (error: unknown) => codeOf(error),
  );
}

/** Puts the camera at a yaw of the character, degrees, and waits until the character knows. */
export async function look(yaw: number): Promise<void> {
  const camera = currentScene().activeCamera as TargetCamera;
  const angle = (yaw * Math.PI) / 180;
  const mirrored = currentScene().useRightHandedSystem ? 1 : -1;
  camera.position.set(-1.35 * Math.sin(angle) * mirrored, 0.15, 1.35 * Math.cos(angle));
  camera.setTarget(new Vector3(0, 0.15, 0));
  // The frame after the one that sees it there.
  for (let frame = 0; frame < 3; frame++)
    await new Promise<void>((resolve) => {
      currentScene().onAfterRenderObservable.addOnce(() => resolve());
    });
}

export function run(): void {
  const engine = currentScene().getEngine();
  engine.stopRenderLoop();
  engine.runRenderLoop(() => currentScene().render());
}

/** Waits until nothing more is wanted, and gives what the canvas shows: RGBA rows from the top, base64. */
export async function settled(): Promise<string> {
  const scene = currentScene();
  const engine = scene.getEngine();
  await until(() => milliseconds.length > 0 && face!.isComplete, 60);
  // The last view has come in when it is all that is shown.
  await until(() => notes().shown.some(({ weight }) => weight > 0.999), 30);
  const [width, height] = [engine.getRenderWidth(), engine.getRenderHeight()];
  return await new Promise((resolve, reject) => {
    scene.onAfterRenderObservable.addOnce(() => {
      engine
        .readPixels(0, 0, width, height)
        .then((view) => resolve(base64(fromTop(bytes(view), { width, height }, !engine.isWebGPU))), reject);
    });
  });
}

export function notes(): LiveNotes {
  const camera = model && face ? currentScene().activeCamera : null;
  const seen = camera ? face!.stateFor(camera) : null;
  return {
    backend: model?.backend ?? null,
    zeroCopy: model?.isZeroCopy ?? false,
    half: model?.isHalf ?? false,
    threads: model?.threads ?? null,
    state: model?.state ?? null,
    states: [...states],
    errors: [...errors],
    views: face?.extension.views.map(({ yaw }) => (yaw * 180) / Math.PI) ?? [],
    yaw: seen ? (seen.yaw * 180) / Math.PI : null,
    shown: [...(seen?.samples ?? [])],
    made: milliseconds.length,
    milliseconds: [...milliseconds],
    face: face?.face ?? null,
    disposed: face?.isDisposed ?? true,
  };
}

/** Bytes of the cell whose view has the greatest share, rows from the top, base64. */
export async function cell(): Promise<{ colour: string; relief: string; channels: number } | null> {
  const camera = currentScene().activeCamera!;
  const index = face?.stateFor(camera)?.view;
  const { colour, relief } = face?.relief ?? {};
  const rectangle = index === undefined ? undefined : face?.extension.views[index]?.rectangle;
  if (!colour || !relief || !rectangle) return null;
  const [x, y, width, height] = rectangle;
  const read = async (texture: typeof colour): Promise<Uint8Array> =>
    bytes((await texture.readPixels(0, 0, null, true, false, x, y, width, height))!);
  const [first, second] = [await read(colour), await read(relief)];
  return {
    colour: base64(first),
    relief: base64(second),
    channels: second.length / (width * height),
  };
}

/** Creates and disposes of a character before its first view is there. @returns what its creator is told */
export async function leaveEarly(): Promise<string | null> {
  const scene = currentScene();
  const creating = LiveImpostor.createAsync(scene, { model: model!, seed: 77 }).then(
    () => null,
    (error: unknown) => codeOf(error),
  );
  await model!.dispose();
  return creating;
}

/** Characters that come and go, each with a first view. @returns what is left in the scene */
export async function comeAndGo(times: number): Promise<Record<string, number>> {
  const scene = currentScene();
  for (let k = 0; k < times; k++) {
    const one = await LiveImpostor.createAsync(scene, { model: model!, seed: k, views: 2 });
    one.dispose();
  }
  // What waits for the end of a frame has gone after two.
  for (let frame = 0; frame < 2; frame++)
    await new Promise<void>((resolve) => {
      scene.onAfterRenderObservable.addOnce(() => resolve());
    });
  // Babylon takes an observer that was to be called once out by a timer, which a busy page is late to run.
  await new Promise<void>((resolve) => {
    setTimeout(resolve);
  });
  return {
    meshes: scene.meshes.length,
    materials: scene.materials.length,
    textures: scene.textures.length,
    cameraObservers: scene.onBeforeCameraRenderObservable.observers.length,
    frameObservers: scene.onBeforeRenderObservable.observers.length,
    endObservers: scene.getEngine().onEndFrameObservable.observers.length,
    internalTextures: scene.getEngine().getLoadedTexturesCache().length,
  };
}

/** Characters side by side that share the model, once all of them are shown. @returns views under way at most, and their seeds */
export async function together(seeds: readonly number[]): Promise<{ most: number; shown: number[] }> {
  const scene = currentScene();
  let [under, most] = [0, 0];
  const maker = (model as unknown as { maker: { draw(request: unknown): Promise<unknown> } }).maker;
  const real = maker.draw.bind(maker);
  maker.draw = async (request) => {
    most = Math.max(most, ++under);
    try {
      return await real(request);
    } finally {
      under--;
    }
  };
  const all = await Promise.all(
    seeds.map((seed) => LiveImpostor.createAsync(scene, { model: model!, seed, views: 3 })),
  );
  for (const [k, one] of all.entries()) one.node.position.x = 0.3 * (k - 1);
  await Promise.all(all.map((one) => one.changeAsync({ truncation: 0.5 })));
  await until(() => all.every((one) => one.viewCount >= 2), 60);
  const shown = all.map((one) => one.face.seed);
  for (const one of all) one.dispose();
  maker.draw = real;
  return { most, shown };
}

/** A page that is hidden, or shown again, as far as scripts can tell. */
export function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Takes the context away, and gives it back. */
export async function loseContext(): Promise<void> {
  const gl = currentScene().getEngine().getRenderingCanvas()!.getContext('webgl2')!;
  const extension = gl.getExtension('WEBGL_lose_context')!;
  extension.loseContext();
  await until(() => model!.state === 'lost', 10);
  extension.restoreContext();
  await until(() => model!.state === 'running', 30);
}

export async function loseDevice(): Promise<void> {
  deviceOf(currentScene().getEngine()).destroy();
  await until(() => states.includes('lost'), 30);
}

/** Whether the browser's GPU computes in half precision. */
export async function halves(): Promise<boolean> {
  const adapter = await navigator.gpu?.requestAdapter();
  return adapter?.features.has('shader-f16') ?? false;
}

/** Files of models that the page has fetched. */
export function fetched(): string[] {
  const names = performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1)!);
  return [...new Set(names.filter((name) => name.endsWith('.onnx')))].sort();
}

/** What the adapter finds: the device's kind, and what it says of an engine that has none. */
export function adapter(): string {
  try {
    const device = deviceOf(currentScene().getEngine());
    return `${device.constructor.name}, ${device.queue.constructor.name}`;
  } catch (error) {
    return codeOf(error);
  }
}

export async function closeAll(): Promise<void> {
  face?.dispose();
  await model?.dispose();
  [face, model] = [null, null];
}

export async function until(done: () => boolean, seconds: number): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!done()) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(notes())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const codeOf = (error: unknown): string =>
  error instanceof LiveError ? error.code : `not a LiveError: ${String(error)}`;
