import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import { fogFragment } from '@babylonjs/core/Shaders/ShadersInclude/fogFragment.js';
import { fogFragmentDeclaration } from '@babylonjs/core/Shaders/ShadersInclude/fogFragmentDeclaration.js';
import { fogVertex } from '@babylonjs/core/Shaders/ShadersInclude/fogVertex.js';
import { fogVertexDeclaration } from '@babylonjs/core/Shaders/ShadersInclude/fogVertexDeclaration.js';
import { helperFunctions } from '@babylonjs/core/Shaders/ShadersInclude/helperFunctions.js';
import { imageProcessingDeclaration } from '@babylonjs/core/Shaders/ShadersInclude/imageProcessingDeclaration.js';
import { imageProcessingFunctions } from '@babylonjs/core/Shaders/ShadersInclude/imageProcessingFunctions.js';
import { fogFragmentWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/fogFragment.js';
import { fogFragmentDeclarationWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/fogFragmentDeclaration.js';
import { fogVertexWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/fogVertex.js';
import { fogVertexDeclarationWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/fogVertexDeclaration.js';
import { helperFunctionsWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/helperFunctions.js';
import { imageProcessingDeclarationWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/imageProcessingDeclaration.js';
import { imageProcessingFunctionsWGSL } from '@babylonjs/core/ShadersWGSL/ShadersInclude/imageProcessingFunctions.js';
import crowdFragmentGlsl from './glsl/crowd.fragment.glsl?raw';
import crowdVertexGlsl from './glsl/crowd.vertex.glsl?raw';
import fragmentGlsl from './glsl/impostor.fragment.glsl?raw';
import vertexGlsl from './glsl/impostor.vertex.glsl?raw';
import marchFragmentGlsl from './glsl/march.fragment.glsl?raw';
import marchVertexGlsl from './glsl/march.vertex.glsl?raw';
import marchCoreGlsl from './glsl/marchCore.include.glsl?raw';
import sceneLookGlsl from './glsl/sceneLook.include.glsl?raw';
import viewColourGlsl from './glsl/viewColour.include.glsl?raw';
import crowdFragmentWgsl from './wgsl/crowd.fragment.wgsl?raw';
import crowdVertexWgsl from './wgsl/crowd.vertex.wgsl?raw';
import fragmentWgsl from './wgsl/impostor.fragment.wgsl?raw';
import vertexWgsl from './wgsl/impostor.vertex.wgsl?raw';
import marchFragmentWgsl from './wgsl/march.fragment.wgsl?raw';
import marchVertexWgsl from './wgsl/march.vertex.wgsl?raw';
import marchCoreWgsl from './wgsl/marchCore.include.wgsl?raw';
import sceneLookWgsl from './wgsl/sceneLook.include.wgsl?raw';
import viewColourWgsl from './wgsl/viewColour.include.wgsl?raw';

/** Names under which Babylon finds the shaders that blend views, that march between them, and that do so for a crowd. */
export const IMPOSTOR_SHADER = 'turnaroundImpostor';
export const MARCH_SHADER = 'turnaroundMarch';
export const CROWD_SHADER = 'turnaroundCrowd';

/** What fragment shaders include that march, and what all of them do. */
const MARCH_CORE = 'turnaroundMarchCore';
const VIEW_COLOUR = 'turnaroundViewColour';
const SCENE_LOOK = 'turnaroundSceneLook';
/** What they include to be shaded: an empty line, until `registerShadowShaders`. */
export const RECEIVED_SHADOW = 'turnaroundReceivedShadow';

/** Babylon's parts that ours include. */
const PARTS = [
  ...[helperFunctions, imageProcessingDeclaration, imageProcessingFunctions],
  ...[fogVertexDeclaration, fogVertex, fogFragmentDeclaration, fogFragment],
];
const PARTS_WGSL = [
  ...[helperFunctionsWGSL, imageProcessingDeclarationWGSL, imageProcessingFunctionsWGSL],
  ...[fogVertexDeclarationWGSL, fogVertexWGSL, fogFragmentDeclarationWGSL, fogFragmentWGSL],
];

/** Puts the shaders into Babylon's stores of both languages. Doing it again changes nothing. */
export function registerImpostorShaders(): void {
  const { ShadersStore: glsl, ShadersStoreWGSL: wgsl } = ShaderStore;
  for (const { name, shader } of PARTS) ShaderStore.IncludesShadersStore[name] ??= shader;
  for (const { name, shader } of PARTS_WGSL) ShaderStore.IncludesShadersStoreWGSL[name] ??= shader;
  ShaderStore.IncludesShadersStore[RECEIVED_SHADOW] ??= '\n';
  ShaderStore.IncludesShadersStoreWGSL[RECEIVED_SHADOW] ??= '\n';
  ShaderStore.IncludesShadersStore[SCENE_LOOK] = sceneLookGlsl;
  ShaderStore.IncludesShadersStoreWGSL[SCENE_LOOK] = sceneLookWgsl;
  glsl[`${IMPOSTOR_SHADER}VertexShader`] = vertexGlsl;
  glsl[`${IMPOSTOR_SHADER}PixelShader`] = fragmentGlsl;
  ShaderStore.IncludesShadersStore[MARCH_CORE] = marchCoreGlsl;
  ShaderStore.IncludesShadersStoreWGSL[MARCH_CORE] = marchCoreWgsl;
  ShaderStore.IncludesShadersStore[VIEW_COLOUR] = viewColourGlsl;
  ShaderStore.IncludesShadersStoreWGSL[VIEW_COLOUR] = viewColourWgsl;
  glsl[`${MARCH_SHADER}VertexShader`] = marchVertexGlsl;
  glsl[`${MARCH_SHADER}PixelShader`] = marchFragmentGlsl;
  wgsl[`${IMPOSTOR_SHADER}VertexShader`] = vertexWgsl;
  wgsl[`${IMPOSTOR_SHADER}PixelShader`] = fragmentWgsl;
  wgsl[`${MARCH_SHADER}VertexShader`] = marchVertexWgsl;
  wgsl[`${MARCH_SHADER}PixelShader`] = marchFragmentWgsl;
}

/** The same for a crowd's. */
export function registerCrowdShaders(): void {
  registerImpostorShaders();
  const { ShadersStore: glsl, ShadersStoreWGSL: wgsl } = ShaderStore;
  glsl[`${CROWD_SHADER}VertexShader`] = crowdVertexGlsl;
  glsl[`${CROWD_SHADER}PixelShader`] = crowdFragmentGlsl;
  wgsl[`${CROWD_SHADER}VertexShader`] = crowdVertexWgsl;
  wgsl[`${CROWD_SHADER}PixelShader`] = crowdFragmentWgsl;
}
