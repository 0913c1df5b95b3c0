/** Shadows that fall on characters: a light behind the viewer, and a wall between it and them that no camera sees. */
import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { PointLight } from '@babylonjs/core/Lights/pointLight.js';
import { CascadedShadowGenerator } from '@babylonjs/core/Lights/Shadows/cascadedShadowGenerator.js';
import { ShadowGenerator } from '@babylonjs/core/Lights/Shadows/shadowGenerator.js';
import '@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js';
import type { ShadowLight } from '@babylonjs/core/Lights/shadowLight.js';
import { SpotLight } from '@babylonjs/core/Lights/spotLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { currentCrowd, currentImpostor, currentScene } from './stage.ts';

export interface Shining {
  light?: 'directional' | 'spot' | 'point' | 'cascades';
  filter?: 'none' | 'poisson' | 'esm' | 'closeEsm' | 'pcf' | 'pcss';
  /** Where it stands: all before the character, before its right half, or behind it. */
  wall?: 'none' | 'whole' | 'right' | 'behind';
  /** Whether the characters throw shadows too. */
  own?: boolean;
  /** What the light leaves of a colour in its shadow. */
  darkness: number;
}

const FILTERS = {
  none: ShadowGenerator.FILTER_NONE,
  poisson: ShadowGenerator.FILTER_POISSONSAMPLING,
  esm: ShadowGenerator.FILTER_EXPONENTIALSHADOWMAP,
  closeEsm: ShadowGenerator.FILTER_CLOSEEXPONENTIALSHADOWMAP,
  pcf: ShadowGenerator.FILTER_PCF,
  pcss: ShadowGenerator.FILTER_PCSS,
};

export function receive(shadows: boolean): void {
  const receiver = currentCrowd() ?? currentImpostor();
  if (receiver) receiver.receiveShadows = shadows;
}

function solids(): readonly Mesh[] {
  return currentCrowd()?.solids ?? [currentImpostor()!.solid!];
}

let lit: { light: ShadowLight; wall: Mesh | null } | null = null;

/** Light from above the viewer, about the first character's middle, in place of what shone before. A shot has been taken. */
export function shine({
  light: kind = 'directional',
  filter = 'none',
  wall = 'none',
  own,
  darkness,
}: Shining): void {
  extinguish();
  const scene = currentScene();
  const camera = scene.activeCamera!;
  const solid = solids()[0]!;
  solid.computeWorldMatrix(true);
  const { centerWorld: at, radiusWorld: radius } = solid.getBoundingInfo().boundingSphere;
  const away = at.subtract(camera.globalPosition).normalize();
  const direction = away.add(new Vector3(0, -0.3, 0)).normalize();
  const place = at.subtract(direction.scale(10 * radius));
  const light = lightOf(kind, place, direction);
  // Babylon's own bounds: from the wall to behind the character.
  [light.shadowMinZ, light.shadowMaxZ] = [radius, 30 * radius];
  const right = Vector3.Cross(Vector3.Up(), away).scale(scene.useRightHandedSystem ? -1 : 1);
  let box: Mesh | null = null;
  if (wall !== 'none') {
    box = CreateBox('wall', { width: 8 * radius, height: 12 * radius, depth: 0.2 * radius }, scene);
    box.material = new StandardMaterial('wall', scene);
    box.layerMask = 0;
    box.position = at.add(away.scale(wall === 'behind' ? 3 * radius : -3 * radius));
    if (wall === 'right') box.position.addInPlace(right.scale(4 * radius));
    box.lookAt(box.position.add(away));
  }
  const generator = generatorOf(kind, light);
  generator.filter = FILTERS[filter];
  generator.bias = 1e-4;
  generator.setDarkness(darkness);
  if (box) generator.addShadowCaster(box);
  for (const mesh of own ? solids() : []) generator.addShadowCaster(mesh, false);
  lit = { light, wall: box };
}

function lightOf(kind: NonNullable<Shining['light']>, place: Vector3, direction: Vector3): ShadowLight {
  const scene = currentScene();
  if (kind === 'point') return new PointLight('lamp', place, scene);
  if (kind === 'spot') return new SpotLight('lamp', place, direction, 1.5, 1, scene);
  const light = new DirectionalLight('sun', direction, scene);
  light.position = place;
  return light;
}

function generatorOf(kind: NonNullable<Shining['light']>, light: ShadowLight): ShadowGenerator {
  if (kind !== 'cascades') return new ShadowGenerator(512, light);
  const generator = new CascadedShadowGenerator(512, light as DirectionalLight);
  generator.camera = currentScene().activeCamera;
  return generator;
}

export function extinguish(): void {
  lit?.light.dispose();
  lit?.wall?.dispose(false, true);
  lit = null;
}

/**
 * Renders until characters are drawn by a shader that knows of shadows, or by one that does not.
 * @returns frames meanwhile in which a character had no shader to be drawn by
 */
export async function settle(shaded: boolean): Promise<number> {
  const scene = currentScene();
  const quads = scene.meshes.filter(
    ({ material }) => material && /^(March|Crowd)Material$/.test(material.getClassName()),
  );
  let [frames, missing] = [0, 0];
  await new Promise<void>((resolve, reject) => {
    scene.getEngine().runRenderLoop(() => {
      scene.render();
      const effects = quads.filter((mesh) => mesh.isEnabled()).map((mesh) => mesh.subMeshes[0]!.effect);
      const ready = effects.every((effect) => effect?.isReady());
      if (!ready) missing++;
      if (ready && effects.every((effect) => effect!.defines.includes('SHADOWS') === shaded)) resolve();
      else if (++frames > 2000) reject(new Error(`no shader ${shaded ? 'with' : 'without'} shadows`));
      else return;
      scene.getEngine().stopRenderLoop();
    });
  });
  return missing;
}
