/** What the browser tests ask of a page: a scene, a character in it, and pictures of it as bytes. */
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
import { radians } from '@turnaround/plugin/asset';
import { ImpostorCrowd } from '@turnaround/plugin/crowd';
import type { Impostor, MarchQuality } from '@turnaround/plugin/impostor';
import { loadImpostorAsync } from '@turnaround/plugin/loader';

import { aim } from './aim.ts';
import type { CrowdCost, CrowdWay } from './crowd-bench.ts';
import { base64, bytes, fromTop } from './pixels.ts';

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

export interface Stage {
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
export const currentImpostor = (): Impostor | null => stage().impostor;
export const currentCrowd = (): ImpostorCrowd | null => stage().crowd;

export async function open(options: StageOptions): Promise<void> {
  close();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [options.width, options.height];
  document.body.replaceChildren(canvas);
  let engine: AbstractEngine;
  if (options.engine === 'webgpu') {
    const webgpu = new WebGPUEngine(canvas, {
      antialias: false,
      deviceDescriptor: { requiredFeatures: ['shader-f16'] },
    });
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
  const made = new ImpostorCrowd(scene, { tile: 2 });
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

export function disposeImpostor(): void {
  stage().impostor?.dispose();
  stage().impostor = null;
  for (const node of [...stage().scene.transformNodes]) node.dispose();
}

export async function shoot({ looks, background, target = false }: Shot): Promise<ShotResult> {
  const { engine, scene, options, impostor } = stage();
  const [r, g, b] = background.map((value) => value / 255) as [number, number, number];
  scene.clearColor = new Color4(r, g, b, 1);
  const cameras = looks.map((look, k) => aim(stage(), look, target ? 0 : k, target ? 1 : looks.length));
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
    pixels: base64(fromTop(pixels, options, options.engine === 'webgl2')),
    views: cameras.map((camera) => impostor?.stateFor(camera)?.view ?? null),
    outside: cameras.map((camera) => impostor?.stateFor(camera)?.outside ?? null),
  };
}

async function shootTarget(looks: Look[], [r, g, b]: [number, number, number]): Promise<ShotResult> {
  const { engine, scene, options, impostor } = stage();
  const [inner, outer] = [aim(stage(), looks[0]!, 0, 1), aim(stage(), looks[1]!, 1, 1)];
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
  return { pixels: base64(fromTop(pixels, options, true)), views: [], outside: [] };
}
