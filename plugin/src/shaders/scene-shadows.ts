import type { Light } from '@babylonjs/core/Lights/light.js';
import type { Effect } from '@babylonjs/core/Materials/effect.js';
import { MaterialDefines } from '@babylonjs/core/Materials/materialDefines.js';
import {
  BindLight,
  PrepareDefinesForLight,
  PrepareUniformsAndSamplersForLight,
} from '@babylonjs/core/Materials/materialHelper.functions.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';

/** Lights whose shadows a shader adds up, as many as Babylon's own materials take. */
const MOST_LIGHTS = 4;

const NONE: readonly Light[] = [];

/** Lights whose shadows fall on a mesh: of those that light it, the ones that have a shadow generator with casters. */
export function shadowLights(mesh: AbstractMesh): readonly Light[] {
  const scene = mesh.getScene();
  if (!mesh.receiveShadows || !scene.lightsEnabled || !scene.shadowsEnabled) return NONE;
  const casters = (light: Light): number => {
    const generator = light.getShadowGenerator(scene.activeCamera) ?? light.getShadowGenerator();
    return generator?.getShadowMap()?.renderList?.length ?? 0;
  };
  return mesh.lightSources.filter((light) => light.shadowEnabled && casters(light) > 0).slice(0, MOST_LIGHTS);
}

/** What a shader is compiled with to be shaded by lights. */
export interface ShadowInputs {
  readonly defines: string;
  readonly uniforms: string[];
  readonly uniformBuffers: string[];
  readonly samplers: string[];
}

/** @param lights as `shadowLights` finds them, one at least */
export function shadowInputs(mesh: AbstractMesh, lights: readonly Light[]): ShadowInputs {
  const scene = mesh.getScene();
  const defines = new MaterialDefines();
  const named: Record<string, boolean | number> = {};
  const [uniforms, uniformBuffers, samplers]: [string[], string[], string[]] = [[], [], []];
  const state = {
    needNormals: false,
    needRebuild: false,
    shadowEnabled: false,
    specularEnabled: false,
    lightmapMode: false,
  };
  for (const [k, light] of lights.entries()) {
    PrepareDefinesForLight(scene, mesh, light, k, named, false, state);
    // No light falls on a character, so its textures are not asked for.
    for (const texture of ['PROJECTEDLIGHTTEXTURE', 'IESLIGHTTEXTURE']) named[`${texture}${k}`] = false;
    PrepareUniformsAndSamplersForLight(k, uniforms, samplers, false, uniformBuffers);
  }
  const caps = scene.getEngine().getCaps();
  // As Babylon decides how the maps are stored.
  named.SHADOWFLOAT =
    (caps.textureFloatRender && caps.textureFloatLinearFiltering) ||
    (caps.textureHalfFloatRender && caps.textureHalfFloatLinearFiltering);
  Object.assign(defines, named, { SHADOWS: true, SHADOWONLY: true });
  defines.rebuild();
  return { defines: defines.toString().trim(), uniforms, uniformBuffers, samplers };
}

/** Whether a shader has been compiled with `shadowInputs`. */
export const isShaded = (effect: Effect): boolean => /^#define SHADOWS\b/m.test(effect.defines);

/** Gives an effect what the lights' shadows are read from. */
export function bindShadows(mesh: AbstractMesh, effect: Effect): void {
  for (const [k, light] of shadowLights(mesh).entries()) BindLight(light, k, mesh.getScene(), effect, false);
}

let loading = false;
let loaded = false;

/** Whether the shaders of shadows are there; asks for them if not. */
export function haveShadowShaders(): boolean {
  if (!loading) {
    loading = true;
    import('./shadow-shaders.ts').then(
      ({ registerShadowShaders }) => {
        registerShadowShaders();
        loaded = true;
      },
      (error: unknown) => Logger.Warn(`characters receive no shadows: ${String(error)}`),
    );
  }
  return loaded;
}
