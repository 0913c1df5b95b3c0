import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { DynamicTexture } from '@babylonjs/core/Materials/Textures/dynamicTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** Pixels of a tile's side. */
const SIZE = 256;

/** A dull material of a tile that is drawn here and repeated. @param repeats how often, across and along */
export function drawnMaterial(
  scene: Scene,
  name: string,
  repeats: readonly [number, number],
  draw: (context: CanvasRenderingContext2D, size: number) => void,
): StandardMaterial {
  const texture = new DynamicTexture(name, SIZE, scene, true);
  draw(texture.getContext() as CanvasRenderingContext2D, SIZE);
  texture.update();
  [texture.uScale, texture.vScale] = repeats;
  [texture.wrapU, texture.wrapV] = [Texture.WRAP_ADDRESSMODE, Texture.WRAP_ADDRESSMODE];
  texture.anisotropicFilteringLevel = 8;
  const material = new StandardMaterial(name, scene);
  material.diffuseTexture = texture;
  material.specularColor = Color3.Black();
  return material;
}
