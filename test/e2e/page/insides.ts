/** What tests ask of a scene that no picture shows. */
import { GLTF2Export } from '@babylonjs/serializers/glTF/2.0/glTFSerializer.js';
import type { DepthRange } from '@turnaround/plugin/asset';
import { registerImpostorExporter } from '@turnaround/plugin/exporter';
import { base64, bytes } from './pixels.ts';
import { currentImpostor, currentScene } from './stage.ts';

/** The relief's bytes, RG or RGBA rows from the top, base64, and the distances that its red counts between. */
export async function reliefBytes(): Promise<{
  pixels: string;
  width: number;
  height: number;
  range: DepthRange;
} | null> {
  const relief = currentImpostor()?.relief;
  const texture = relief?.relief;
  const view = await texture?.readPixels();
  if (!relief || !texture || !view) return null;
  return { pixels: base64(bytes(view)), ...texture.getSize(), range: relief.range };
}

/** Numbers of what lives in the scene. */
export function counts(): Record<string, number> {
  const scene = currentScene();
  const engine = scene.getEngine();
  return {
    meshes: scene.meshes.length,
    materials: scene.materials.length,
    textures: scene.textures.length,
    geometries: scene.geometries.length,
    observers: scene.onBeforeCameraRenderObservable.observers.length,
    internalTextures: engine.getLoadedTexturesCache().length,
  };
}

/** Vertices and triangles of the character's shape. */
export function solidSize(): readonly [vertices: number, triangles: number] {
  const solid = currentImpostor()?.solid;
  return [solid?.getTotalVertices() ?? 0, (solid?.getTotalIndices() ?? 0) / 3];
}

/** The scene as Babylon exports it: a binary glTF, base64. */
export async function exported(): Promise<string> {
  registerImpostorExporter();
  const { files } = await GLTF2Export.GLBAsync(currentScene(), 'scene');
  return base64(new Uint8Array(await (files['scene.glb'] as Blob).arrayBuffer()));
}
