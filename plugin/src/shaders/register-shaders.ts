import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import fragmentGlsl from './glsl/impostor.fragment.glsl?raw';
import vertexGlsl from './glsl/impostor.vertex.glsl?raw';
import fragmentWgsl from './wgsl/impostor.fragment.wgsl?raw';
import vertexWgsl from './wgsl/impostor.vertex.wgsl?raw';

/** Name under which Babylon finds the impostor's shaders. */
export const IMPOSTOR_SHADER = 'turnaroundImpostor';

/** Puts the shaders into Babylon's stores of both languages. Doing it again changes nothing. */
export function registerImpostorShaders(): void {
  ShaderStore.ShadersStore[`${IMPOSTOR_SHADER}VertexShader`] = vertexGlsl;
  ShaderStore.ShadersStore[`${IMPOSTOR_SHADER}PixelShader`] = fragmentGlsl;
  ShaderStore.ShadersStoreWGSL[`${IMPOSTOR_SHADER}VertexShader`] = vertexWgsl;
  ShaderStore.ShadersStoreWGSL[`${IMPOSTOR_SHADER}PixelShader`] = fragmentWgsl;
}
