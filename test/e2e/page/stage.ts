/** What the browser tests ask of a page: a scene, a character in it, and pictures of it as bytes. */
import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { DefaultRenderingPipeline } from '@babylonjs/core/PostProcesses/RenderPipeline/Pipelines/defaultRenderingPipeline.js';
import { Scene } from '@babylonjs/core/scene.js';
import { cameraDirection, type DepthRange, radians } from '@turnaround/plugin/asset';
import { ImpostorCrowd } from '@turnaround/plugin/crowd';
import type { Impostor, MarchQuality } from '@turnaround/plugin/impostor';
import { loadImpostorAsync } from '@turnaround/plugin/loader';

import type { CrowdCost, CrowdWay } from './crowd-bench.ts';

export type EngineName = 'webgl2' | 'webgpu';

export interface StageOptions {
  engine: EngineName;
  rightHanded: boolean;
  /** Of the canvas, in pixels. */
  width: number;
  height: number;
}

export interface Placement {
  position?: [number, number, number];
  /** Degrees about x, y, z. */
  rotation?: [number, number, number];
  scaling?: [number, number, number];
  /** Stands above the file's root. */
  parent?: Placement;
}

/** A camera in the subject's space that looks at the pivot. */
export interface Look {
  /** Degrees. */
  yaw: number;
  pitch?: number;
  /** In units of the node's space; by default so far that perspective plays no part. */
  distance?: number;
  /** Pixels of the canvas over which the frame's height is spread. */
  pixelsHigh: number;
}

export interface Shot {
  looks: Look[];
  /** 0..255 */
  background: [number, number, number];
  /** Reads the picture from a render target that has the first camera, while the canvas shows the last. */
  target?: boolean;
}

export interface ShotResult {
  /** RGBA rows from the top, base64. */
  pixels: string;
  views: (number | null)[];
  outside: (boolean | null)[];
}

interface Stage {
  engine: AbstractEngine;
  scene: Scene;
  impostor: Impostor | null;
  /** What cameras look at. */
  subject: Subject | null;
  crowd: ImpostorCrowd | null;
  options: StageOptions;
}

interface Subject {
  readonly node: TransformNode;
  readonly pivot: readonly [number, number, number];
  readonly frame: readonly [number, number];
}

let current: Stage | null = null;

function stage(): Stage {
  if (!current) throw new Error('open() first');
  return current;
}

export const currentScene = (): Scene => stage().scene;
export const currentCrowd = (): ImpostorCrowd | null => stage().crowd;

export async function open(options: StageOptions): Promise<void> {
  close();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [options.width, options.height];
  document.body.replaceChildren(canvas);
  let engine: AbstractEngine;
  if (options.engine === 'webgpu') {
    const webgpu = new WebGPUEngine(canvas, { antialias: false });
    await webgpu.initAsync();
    engine = webgpu;
  } else {
    engine = new Engine(canvas, false, { preserveDrawingBuffer: false, antialias: false });
    if ((engine as Engine).webGLVersion !== 2) throw new Error('no WebGL2');
  }
  const scene = new Scene(engine);
  scene.useRightHandedSystem = options.rightHanded;
  current = { engine, scene, impostor: null, subject: null, crowd: null, options };
}

export function close(): void {
  if (!current) return;
  current.engine.stopRenderLoop();
  current.scene.dispose();
  current.engine.dispose();
  current = null;
}

export async function load(url: string, placement: Placement = {}): Promise<void> {
  const { scene } = stage();
  const impostor = await loadImpostorAsync(url, scene);
  const root = impostor.node.parent as TransformNode;
  const holder = new TransformNode('holder', scene);
  root.parent = holder;
  place(holder, placement);
  stage().impostor = impostor;
  stage().subject = { node: impostor.node, ...impostor.extension };
}

/** What a crowd costs, in a scene of its own (`crowd-bench.ts`). */
export async function crowdCost(
  way: CrowdWay,
  urls: readonly string[],
  count: number,
  frames: number,
): Promise<CrowdCost> {
  const { measureCrowd } = await import('./crowd-bench.ts');
  return await measureCrowd(stage().engine, way, urls, count, frames);
}

/** Where a member of a crowd stands: about the world's origin, facing as the subject of a bare node does. */
export interface StandIn {
  position: [number, number, number];
  /** Degrees. */
  facing?: number;
  scale?: number;
  tint?: [number, number, number, number];
}

/** Puts characters into a crowd; cameras then look at the first of the first one's. */
export async function crowd(groups: { url: string; members: StandIn[] }[]): Promise<void> {
  const { scene } = stage();
  const made = new ImpostorCrowd(scene);
  let first: Subject | null = null;
  for (const { url, members } of groups) {
    const impostor = await loadImpostorAsync(url, scene);
    for (const { position, facing = 0, scale = 1, tint } of members) {
      made.add(impostor, {
        position: new Vector3(...position),
        facing: radians(facing),
        scale,
        ...(tint ? { tint: new Color4(...tint) } : {}),
      });
      if (first) continue;
      const node = new TransformNode('stand-in', scene);
      place(node, { position, rotation: [0, facing, 0], scaling: [scale, scale, scale] });
      first = { node, pivot: impostor.extension.pivot, frame: impostor.extension.frame };
    }
  }
  stage().subject = first;
  stage().crowd = made;
}

export function setQuality(quality: MarchQuality): void {
  stage().impostor!.quality = quality;
}

/** What a viewer sees that has Babylon's loader and not the plugin's; pivot and frame are for the cameras. */
export async function loadPlain(
  url: string,
  { pivot, frame }: Omit<Subject, 'node'>,
): Promise<{ known: boolean; meshes: { vertices: number; triangles: number; textured: boolean }[] }> {
  const [{ ImportMeshAsync }, { registeredGLTFExtensions }] = await Promise.all([
    import('@babylonjs/core/Loading/sceneLoader.js'),
    import('@babylonjs/loaders/glTF/2.0/glTFLoaderExtensionRegistry.js'),
    import('@babylonjs/loaders/glTF/2.0/index.js'),
  ]);
  const { meshes } = await ImportMeshAsync(url, stage().scene);
  const shown = meshes.filter((mesh) => mesh.getTotalVertices() > 0);
  stage().subject = { node: shown[0]!, pivot, frame };
  return {
    known: registeredGLTFExtensions.has('TURNAROUND_impostor'),
    meshes: shown.map((mesh) => ({
      vertices: mesh.getTotalVertices(),
      triangles: mesh.getTotalIndices() / 3,
      textured: (mesh.material?.getActiveTextures().length ?? 0) > 0,
    })),
  };
}

/** The relief's bytes, RG or RGBA rows from the top, base64, and the distances that its red counts between. */
export async function reliefBytes(): Promise<{
  pixels: string;
  width: number;
  height: number;
  range: DepthRange;
} | null> {
  const relief = stage().impostor?.relief;
  const texture = relief?.relief;
  const view = await texture?.readPixels();
  if (!relief || !texture || !view) return null;
  return { pixels: base64(bytes(view)), ...texture.getSize(), range: relief.range };
}

function place(node: TransformNode, { position, rotation, scaling, parent }: Placement): void {
  if (position) node.position.set(...position);
  if (rotation) node.rotation.set(...(rotation.map(radians) as [number, number, number]));
  if (scaling) node.scaling.set(...scaling);
  if (!parent) return;
  node.parent = new TransformNode('above', node.getScene());
  place(node.parent as TransformNode, parent);
}

/** Applies image processing in a post-process, as many scenes do. */
export function addPipeline(): void {
  const { scene } = stage();
  const pipeline = new DefaultRenderingPipeline('pipeline', true, scene, scene.cameras);
  pipeline.imageProcessingEnabled = true;
}

/** Numbers of what lives in the scene. */
export function counts(): Record<string, number> {
  const { scene, engine } = stage();
  return {
    meshes: scene.meshes.length,
    materials: scene.materials.length,
    textures: scene.textures.length,
    geometries: scene.geometries.length,
    observers: scene.onBeforeCameraRenderObservable.observers.length,
    internalTextures: engine.getLoadedTexturesCache().length,
  };
}

export function disposeImpostor(): void {
  stage().impostor?.dispose();
  stage().impostor = null;
  for (const node of [...stage().scene.transformNodes]) node.dispose();
}

function aim(look: Look, index: number, count: number): TargetCamera {
  const { scene, subject, options } = stage();
  if (!subject) throw new Error('load() first');
  const name = `camera${index}`;
  const camera = (scene.getCameraByName(name) ??
    new TargetCamera(name, Vector3.Zero(), scene)) as TargetCamera;
  const { node, pivot, frame } = subject;
  const { distance = 100 * frame[1], pixelsHigh } = look;
  const world = node.computeWorldMatrix(true);
  const mirrored = world.determinant() > 0 !== options.rightHanded;
  const [x, y, z] = cameraDirection(radians(look.yaw), radians(look.pitch ?? 0));
  const middle = new Vector3(...pivot);
  const local = new Vector3(mirrored ? -x : x, y, z).scale(distance).add(middle);
  camera.position = Vector3.TransformCoordinates(local, world);
  camera.upVector = Vector3.TransformNormal(Vector3.Up(), world).normalize();
  const target = Vector3.TransformCoordinates(middle, world);
  camera.setTarget(target);
  const away = Vector3.Distance(camera.position, target);
  const unit = Vector3.TransformNormal(Vector3.Up(), world).length();
  const high = (options.height / pixelsHigh) * frame[1] * unit;
  camera.fov = 2 * Math.atan(high / 2 / away);
  [camera.minZ, camera.maxZ] = [away / 10, away * 10];
  camera.viewport = new Viewport(index / count, 0, 1 / count, 1);
  return camera;
}

export async function shoot({ looks, background, target = false }: Shot): Promise<ShotResult> {
  const { engine, scene, options, impostor } = stage();
  const [r, g, b] = background.map((value) => value / 255) as [number, number, number];
  scene.clearColor = new Color4(r, g, b, 1);
  const cameras = looks.map((look, k) => aim(look, target ? 0 : k, target ? 1 : looks.length));
  if (target) return await shootTarget(looks, [r, g, b]);
  scene.activeCameras = cameras;
  scene.activeCamera = cameras[0]!;
  const pixels = await new Promise<Uint8Array>((resolve, reject) => {
    // The first frame chooses what is drawn, and with what.
    let [rendered, done] = [false, false];
    engine.runRenderLoop(() => {
      // The picture of a frame in which all was ready from the beginning.
      const ready = scene.isReady() && (impostor?.mesh.isReady(true) ?? true) && rendered;
      scene.render();
      rendered = true;
      if (!ready || done) return;
      done = true;
      // Frames that nobody looks at would keep a software GPU from the picture.
      engine.stopRenderLoop();
      engine.readPixels(0, 0, options.width, options.height).then((view) => resolve(bytes(view)), reject);
    });
  });
  engine.stopRenderLoop();
  return {
    pixels: base64(fromTop(pixels, options.engine === 'webgl2')),
    views: cameras.map((camera) => impostor?.stateFor(camera)?.view ?? null),
    outside: cameras.map((camera) => impostor?.stateFor(camera)?.outside ?? null),
  };
}

async function shootTarget(looks: Look[], [r, g, b]: [number, number, number]): Promise<ShotResult> {
  const { engine, scene, options, impostor } = stage();
  const [inner, outer] = [aim(looks[0]!, 0, 1), aim(looks[1]!, 1, 1)];
  outer.viewport = new Viewport(0, 0, 1, 1);
  const texture = new RenderTargetTexture('target', { width: options.width, height: options.height }, scene);
  texture.activeCamera = inner;
  texture.clearColor = new Color4(r, g, b, 1);
  texture.renderList = [impostor!.mesh];
  scene.customRenderTargets.push(texture);
  scene.activeCameras = null;
  scene.activeCamera = outer;
  const pixels = await new Promise<Uint8Array>((resolve, reject) => {
    let frames = 0;
    engine.runRenderLoop(() => {
      scene.render();
      if (!texture.isReadyForRendering() || ++frames !== 4) return;
      const reading = texture.readPixels();
      if (reading) reading.then((view) => resolve(bytes(view)), reject);
      else reject(new Error('no pixels'));
    });
  });
  engine.stopRenderLoop();
  scene.customRenderTargets.splice(0);
  texture.dispose();
  // Babylon fills targets from the bottom on both back ends.
  return { pixels: base64(fromTop(pixels, true)), views: [], outside: [] };
}

const bytes = (view: ArrayBufferView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();

/** `readPixels` gives rows from the bottom on WebGL, from the top on WebGPU. */
function fromTop(pixels: Uint8Array, bottomUp: boolean): Uint8Array {
  if (!bottomUp) return pixels;
  const { width, height } = stage().options;
  const turned = new Uint8Array(pixels.length);
  const row = width * 4;
  for (let y = 0; y < height; y++)
    turned.set(pixels.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return turned;
}

function base64(data: Uint8Array): string {
  let text = '';
  for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
  return btoa(text);
}
