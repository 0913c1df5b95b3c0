import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import { lightFragment } from '@babylonjs/core/Shaders/ShadersInclude/lightFragment.js';
import { lightFragmentDeclaration } from '@babylonjs/core/Shaders/ShadersInclude/lightFragmentDeclaration.js';
import { lightUboDeclaration } from '@babylonjs/core/Shaders/ShadersInclude/lightUboDeclaration.js';
import { shadowsFragmentFunctions } from '@babylonjs/core/Shaders/ShadersInclude/shadowsFragmentFunctions.js';
import { shadowsVertex } from '@babylonjs/core/Shaders/ShadersInclude/shadowsVertex.js';
import { lightFragmentWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/lightFragment.js';
import { lightUboDeclarationWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/lightUboDeclaration.js';
import { shadowsFragmentFunctionsWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/shadowsFragmentFunctions.js';
import { shadowsVertexWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/shadowsVertex.js';
import lightShadowGlsl from './glsl/lightShadow.include.glsl?raw';
import receivedShadowGlsl from './glsl/receivedShadow.include.glsl?raw';
import { RECEIVED_SHADOW } from './register-shaders.ts';
import lightShadowWgsl from './wgsl/lightShadow.include.wgsl?raw';
import receivedShadowWgsl from './wgsl/receivedShadow.include.wgsl?raw';

/** What `receivedShadow` includes once a light. */
const LIGHT_SHADOW = 'turnaroundLightShadow';
/** In WGSL alone, Babylon's declaration: in GLSL its own include can replace a word; this replacement has a `>` that it cannot take. */
const LIGHTS = 'turnaroundLights';

const PARTS = [
  ...[lightFragment, lightFragmentDeclaration, lightUboDeclaration, shadowsFragmentFunctions, shadowsVertex],
  { name: LIGHT_SHADOW, shader: lightShadowGlsl },
];
const PARTS_WGSL = [
  ...[lightFragmentWGSL, shadowsFragmentFunctionsWGSL, shadowsVertexWGSL],
  { name: LIGHTS, shader: lightUboDeclarationWGSL.shader.replaceAll('varying ', 'var<private> ') },
  { name: LIGHT_SHADOW, shader: lightShadowWgsl },
];

/**
 * Gives the shaders what they need to be shaded. A module of its own, for most of a character's bytes would be Babylon's
 * filters of shadows otherwise, in scenes that have none.
 */
export function registerShadowShaders(): void {
  for (const { name, shader } of PARTS) ShaderStore.IncludesShadersStore[name] ??= shader;
  for (const { name, shader } of PARTS_WGSL) ShaderStore.IncludesShadersStoreWGSL[name] ??= shader;
  ShaderStore.IncludesShadersStore[RECEIVED_SHADOW] = receivedShadowGlsl;
  ShaderStore.IncludesShadersStoreWGSL[RECEIVED_SHADOW] = receivedShadowWgsl;
}
