import { type Matrix, Vector2, Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { ImpostorExtension, View, ViewSample } from '../asset/index.ts';
import { CharacterMaterial } from '../shaders/character-material.ts';
import { MARCH_SHADER, registerImpostorShaders } from '../shaders/register-shaders.ts';
import { MARCH_UNIFORMS } from '../shaders/uniforms.ts';
import type { MarchOptions } from '../synthesis/index.ts';
import type { ReliefTextures } from './relief-textures.ts';
import { perView, weightsOf } from './view-uniforms.ts';

/** What a march needs to know of the camera. */
export interface MarchCamera {
  /** World to the subject's space: about the pivot, in units of the stored cameras' distance. */
  readonly toSubject: Matrix;
  /** The way back. */
  readonly toWorld: Matrix;
  /** In the subject's space: where the camera stands (w 1), or the way to where a parallel one would stand (w 0). */
  readonly eye: Vector4;
}

/**
 * What is drawn of a character that has depth: what lies between its views (`march`), these views mixed as they are
 * (`crossfade`), or how deep each pixel lies (`depth`), white at the near end of `relief.range` and black at the far one.
 */
export type ImpostorDrawing = 'march' | 'crossfade' | 'depth';

/** What a drawing other than the march compiles the shader with: nobody else's shader knows of it. */
const DEFINES: Readonly<Record<Exclude<ImpostorDrawing, 'march'>, string>> = {
  crossfade: 'SHOW_CROSSFADE',
  depth: 'SHOW_DEPTH',
};

/** Shows what lies between up to three views of an atlas by marching through their depths. */
export class MarchMaterial extends CharacterMaterial {
  /** Its views may change. */
  private readonly extension: ImpostorExtension;

  constructor(
    name: string,
    scene: Scene,
    extension: ImpostorExtension,
    { colour, relief, range }: ReliefTextures,
    drawing: ImpostorDrawing = 'march',
  ) {
    registerImpostorShaders();
    super(name, scene, MARCH_SHADER, ['position'], MARCH_UNIFORMS);
    if (drawing !== 'march') this.setDefine(DEFINES[drawing], true);
    this.shadeable = drawing !== 'depth';
    this.extension = extension;
    this.setTexture('colour', colour);
    this.setTexture('relief', relief);
    this.setVector2('atlasSize', new Vector2(...extension.atlasSize));
    this.setVector2('depthRange', new Vector2(range.near, range.far));
  }

  /** How finely rays are marched from the next draw on. */
  march({ steps, refinements, reach }: MarchOptions): void {
    this.setVector4('march', new Vector4(steps, refinements, reach, 0));
  }

  /**
   * What the next draw shows.
   *
   * @param samples  up to three views
   * @param opacity  0..1 of the whole
   * @param girth    how far the subject reaches from its pivot, in the world
   */
  showViews(
    samples: readonly ViewSample[],
    { toSubject, toWorld, eye }: MarchCamera,
    opacity: number,
    girth = 0,
  ): void {
    if (samples.length === 0) return;
    const { views } = this.extension;
    this.setMatrix('toSubject', toSubject);
    this.setMatrix('toWorld', toWorld);
    this.setFloat('girth', girth);
    this.setVector4('eye', eye);
    this.setArray4(
      'rectangles',
      perView(samples, (index) => views[index]!.rectangle),
    );
    this.setArray4(
      'turns',
      perView(samples, (index) => turnOf(views[index]!)),
    );
    const focal = (k: number): number => views[(samples[k] ?? samples[0]!).index]!.focal!;
    this.setVector3('focals', new Vector3(focal(0), focal(1), focal(2)));
    this.setVector3('weights', new Vector3(...weightsOf(samples)));
    this.setFloat('opacity', opacity);
    const { applyByPostProcess } = this.getScene().imageProcessingConfiguration;
    this.setFloat('linearOutput', applyByPostProcess ? 1 : 0);
  }

  override getClassName(): string {
    return 'MarchMaterial';
  }
}

/** Cosine and sine of yaw, then of pitch. */
const turnOf = ({ yaw, pitch }: View): [number, number, number, number] => [
  Math.cos(yaw),
  Math.sin(yaw),
  Math.cos(pitch),
  Math.sin(pitch),
];
