import type { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { LiveImpostor, type LiveModel } from '@turnaround/plugin/live';
import { type Body, SCALE } from './body.ts';
import { randomSeed } from './face-controls.ts';

/** Nearer than this a stranger gets a face, and beyond that loses it; metres. */
const [NEAR, FAR] = [8, 14];

/** Somebody whose face is made up when one comes near, and forgotten when one leaves. */
export class Stranger {
  readonly place: Vector3;
  private readonly model: LiveModel;
  private readonly body: Body;
  private node: TransformNode | null = null;
  private live: LiveImpostor | null = null;

  constructor(model: LiveModel, body: Body) {
    this.model = model;
    this.body = body;
    this.place = body.neck.getAbsolutePosition().clone();
  }

  /** The face, while there is one to see. */
  get face(): LiveImpostor | null {
    return this.live;
  }

  /** Told in each frame how far somebody is, metres. @param failed told where no face can be made */
  see(distance: number, failed: (error: unknown) => void): void {
    if (distance > FAR) this.forget();
    else if (distance < NEAR && !this.node) void this.appear().catch(failed);
  }

  private async appear(): Promise<void> {
    const { body, model } = this;
    const scene: Scene = body.neck.getScene();
    const node = new TransformNode('stranger', scene);
    // In its place from the first: what a view is worth goes by how large it is seen.
    node.parent = body.neck;
    node.scaling.setAll(SCALE);
    this.node = node;
    const options = { model, node, seed: randomSeed(), beyond: 'turn' } as const;
    const live = await LiveImpostor.createAsync(scene, options).catch((error: unknown) => {
      // Who has been left meanwhile goes without a face, and without a word.
      if (this.node === node) throw error;
      return null;
    });
    if (this.node !== node) return live?.dispose();
    if (!live) return;
    live.attachTo(body.neck, { by: 'base' });
    body.head.isVisible = false;
    this.live = live;
  }

  private forget(): void {
    this.live?.dispose();
    this.node?.dispose();
    [this.live, this.node] = [null, null];
    this.body.head.isVisible = true;
  }
}
