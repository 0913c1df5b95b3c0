/** What a scene has about a character: fog, exposure, a wall with a light that throws shadows onto it, rays. */
import '@babylonjs/core/Culling/ray.js';
import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { ShadowGenerator } from '@babylonjs/core/Lights/Shadows/shadowGenerator.js';
import '@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js';
import { ImageProcessingConfiguration } from '@babylonjs/core/Materials/imageProcessingConfiguration.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreatePlane } from '@babylonjs/core/Meshes/Builders/planeBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import { Impostor } from '@turnaround/plugin/impostor';
import { currentCrowd, currentScene } from './stage.ts';

/** Linear fog that takes half of what stands where the last shot looked. @param colour 0..1 */
export function halfFog(colour: [number, number, number]): void {
  const scene = currentScene();
  const camera = scene.activeCamera!;
  scene.fogMode = Scene.FOGMODE_LINEAR;
  scene.fogStart = 0;
  scene.fogEnd = 2 * Vector3.Distance(camera.globalPosition, middle());
  scene.fogColor = new Color3(...colour);
}

export function noFog(): void {
  currentScene().fogMode = Scene.FOGMODE_NONE;
}

export function expose(exposure: number, aces: boolean): void {
  const { imageProcessingConfiguration } = currentScene();
  imageProcessingConfiguration.exposure = exposure;
  imageProcessingConfiguration.toneMappingEnabled = aces;
  imageProcessingConfiguration.toneMappingType = ImageProcessingConfiguration.TONEMAPPING_ACES;
}

/** The character's solids: one alone, or a crowd's. */
function solids(): readonly Mesh[] {
  const crowd = currentCrowd();
  if (crowd) return crowd.solids;
  return currentScene().meshes.filter((mesh): mesh is Mesh => Impostor.FromNode(mesh)?.solid === mesh);
}

function middle(): Vector3 {
  const box = solids()[0]!;
  box.computeWorldMatrix(true);
  return box.getBoundingInfo().boundingSphere.centerWorld;
}

/** A white wall behind the character, lit from before it and the viewer's left, with its shadow. */
export function wall(): void {
  const scene = currentScene();
  const at = middle();
  const camera = scene.activeCamera!.globalPosition;
  const away = at.subtract(camera).normalize();
  const radius = solids()[0]!.getBoundingInfo().boundingSphere.radiusWorld;
  const plane = CreatePlane('wall', { size: 20 * radius, sideOrientation: 2 }, scene);
  plane.position = at.add(away.scale(2 * radius));
  plane.lookAt(plane.position.add(away));
  const material = new StandardMaterial('wall', scene);
  material.specularColor = Color3.Black();
  plane.material = material;
  const aside = Vector3.Cross(away, Vector3.Up()).scale(scene.useRightHandedSystem ? 1 : -1);
  const light = new DirectionalLight('sun', away.add(aside.scale(0.3)).normalize(), scene);
  light.position = at.subtract(light.direction.scale(6 * radius));
  light.autoCalcShadowZBounds = true;
  const generator = new ShadowGenerator(256, light);
  generator.bias = 0.001;
  for (const mesh of solids()) generator.addShadowCaster(mesh, false);
  plane.receiveShadows = true;
}

/** What a ray through a place of the canvas hits: `character`, `member K` by the order of adding, or nothing. */
export function picked(x: number, y: number): string {
  const scene = currentScene();
  const pick = scene.pick(x, y, undefined, false, scene.activeCamera);
  const crowd = currentCrowd();
  const member = crowd?.memberOf(pick);
  if (member) return `member at ${member.placement.position.x}`;
  return pick.pickedMesh && Impostor.FromNode(pick.pickedMesh) ? 'character' : 'nothing';
}
