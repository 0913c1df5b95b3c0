import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { Vector2, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { ImpostorExtension, ViewSample } from '../asset/index.ts';
import { IMPOSTOR_SHADER, registerImpostorShaders } from '../shaders/register-shaders.ts';
import { IMPOSTOR_UNIFORMS } from '../shaders/uniforms.ts';

/** Shows one or two views of an atlas. */
export class ImpostorMaterial extends ShaderMaterial {
  private readonly rectangles: readonly Vector4[];

  /**
   * @param atlas  holds sRGB bytes as they are: made without Babylon's sRGB buffers
   */
  constructor(name: string, scene: Scene, extension: ImpostorExtension, atlas: BaseTexture) {
    registerImpostorShaders();
    const wgsl = scene.getEngine().isWebGPU;
    super(name, scene, IMPOSTOR_SHADER, {
      attributes: ['position', 'uv'],
      uniforms: Object.entries(IMPOSTOR_UNIFORMS).flatMap(([uniform, type]) =>
        type === 'sampler2D' ? [] : [uniform],
      ),
      samplers: ['atlas'],
      needAlphaBlending: true,
      shaderLanguage: wgsl ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
      useClipPlane: false,
    });
    this.alphaMode = Constants.ALPHA_PREMULTIPLIED_PORTERDUFF;
    this.backFaceCulling = false;
    this.rectangles = extension.views.map((view) => new Vector4(...view.rectangle));
    this.setTexture('atlas', atlas);
    this.setVector2('atlasSize', new Vector2(...extension.atlasSize));
    this.showViews([{ index: 0, weight: 1 }], 1);
  }

  /**
   * What the next draw shows.
   *
   * @param samples  one or two views
   * @param opacity  0..1 of the whole
   */
  showViews(samples: readonly ViewSample[], opacity: number): void {
    const [first, second] = samples;
    if (!first) return;
    this.setVector4('firstRectangle', this.rectangles[first.index]!);
    this.setVector4('secondRectangle', this.rectangles[(second ?? first).index]!);
    this.setFloat('secondWeight', second?.weight ?? 0);
    this.setFloat('opacity', opacity);
    const { applyByPostProcess } = this.getScene().imageProcessingConfiguration;
    this.setFloat('linearOutput', applyByPostProcess ? 1 : 0);
  }

  override getClassName(): string {
    return 'ImpostorMaterial';
  }
}
