import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { SubMesh } from '@babylonjs/core/Meshes/subMesh.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { followSceneLook } from './scene-look.ts';
import { bindShadows, haveShadowShaders, isShaded, shadowInputs, shadowLights } from './scene-shadows.ts';
import type { UniformType } from './uniforms.ts';

/**
 * What all materials of characters have in common: premultiplied colour, seen from both sides, in the scene's look, and in
 * its shadows where a mesh receives them. Who receives none has the shader that knows of none.
 */
export class CharacterMaterial extends ShaderMaterial {
  /** Whether what is drawn is a colour that can be shaded. */
  protected shadeable = true;
  private readonly shader: string;

  /** @param inputs what the shader is given, uniforms and textures */
  constructor(
    name: string,
    scene: Scene,
    shader: string,
    attributes: string[],
    inputs: Readonly<Record<string, UniformType>>,
  ) {
    const named = (textures: boolean): string[] =>
      Object.keys(inputs).filter((input) => inputs[input]!.startsWith('sampler') === textures);
    super(name, scene, shader, {
      attributes,
      uniforms: named(false),
      samplers: named(true),
      needAlphaBlending: true,
      shaderLanguage: scene.getEngine().isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
      useClipPlane: false,
    });
    this.shader = shader;
    this.alphaMode = Constants.ALPHA_PREMULTIPLIED_PORTERDUFF;
    this.backFaceCulling = false;
    followSceneLook(this);
    this.onBindObservable.add((mesh) => {
      const effect = this.getEffect();
      if (effect && mesh.receiveShadows && isShaded(effect)) bindShadows(mesh, effect);
    });
  }

  /** Draws on as before while a shader is compiled, if that needs no light: they may be gone. */
  override isReady(mesh?: AbstractMesh, useInstances?: boolean, subMesh?: SubMesh): boolean {
    const shown = subMesh?.effect;
    this.receive(mesh);
    if (super.isReady(mesh, useInstances, subMesh)) return true;
    if (!subMesh || !shown?.isReady() || isShaded(shown)) return false;
    // Without its defines, so that the other one is asked for again.
    subMesh.setEffect(shown, null, undefined, false);
    return true;
  }

  /** Has the next shader know the lights that throw shadows onto a mesh. */
  private receive(mesh: AbstractMesh | undefined): void {
    const lights = mesh && this.shadeable ? shadowLights(mesh) : [];
    if (!mesh || lights.length === 0 || !haveShadowShaders()) {
      // Babylon has it absent until it is set.
      (this as { customShaderNameResolve?: unknown }).customShaderNameResolve = undefined;
      return;
    }
    const inputs = shadowInputs(mesh, lights);
    this.customShaderNameResolve = (_, uniforms, uniformBuffers, samplers, defines) => {
      uniforms.push(...inputs.uniforms);
      uniformBuffers.push(...inputs.uniformBuffers);
      samplers.push(...inputs.samplers);
      (defines as string[]).push(inputs.defines);
      return this.shader;
    };
  }
}
