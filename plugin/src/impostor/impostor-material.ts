import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { Vector2, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { ImpostorExtension, View, ViewSample } from '../asset/index.ts';
import { CharacterMaterial } from '../shaders/character-material.ts';
import { IMPOSTOR_SHADER, registerImpostorShaders } from '../shaders/register-shaders.ts';
import { IMPOSTOR_UNIFORMS } from '../shaders/uniforms.ts';
import { perView, weightsOf } from './view-uniforms.ts';

/** Shows up to three views of an atlas, blended. */
export class ImpostorMaterial extends CharacterMaterial {
  private readonly rectangles: readonly View['rectangle'][];

  /**
   * @param atlas  holds sRGB bytes as they are: made without Babylon's sRGB buffers
   */
  constructor(name: string, scene: Scene, extension: ImpostorExtension, atlas: BaseTexture) {
    registerImpostorShaders();
    super(name, scene, IMPOSTOR_SHADER, ['position', 'uv'], IMPOSTOR_UNIFORMS);
    this.rectangles = extension.views.map(({ rectangle }) => rectangle);
    this.setTexture('atlas', atlas);
    this.setVector2('atlasSize', new Vector2(...extension.atlasSize));
    this.showViews([{ index: 0, weight: 1 }], 1);
  }

  /**
   * What the next draw shows.
   *
   * @param samples  up to three views
   * @param opacity  0..1 of the whole
   * @param girth    how far the subject reaches from its pivot, in the world
   */
  showViews(samples: readonly ViewSample[], opacity: number, girth = 0): void {
    if (samples.length === 0) return;
    this.setArray4(
      'rectangles',
      perView(samples, (index) => this.rectangles[index]!),
    );
    this.setVector3('weights', new Vector3(...weightsOf(samples)));
    this.setFloat('opacity', opacity);
    this.setFloat('girth', girth);
    const { applyByPostProcess } = this.getScene().imageProcessingConfiguration;
    this.setFloat('linearOutput', applyByPostProcess ? 1 : 0);
  }

  override getClassName(): string {
    return 'ImpostorMaterial';
  }
}
