import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { Impostor, ImpostorState } from '../impostor/index.ts';
import { loadImpostorAsync } from '../loader/index.ts';
import { type CapturedView, captureView } from './capture-view.ts';
import { FIELD_OF_VIEW, portraitView } from './portrait.ts';
import { SplitCameras } from './split-cameras.ts';

/** What the stage shows: the character, the character beside a cross-fade of its views, or its depth. */
export type Shown = 'character' | 'compare' | 'depth';

/** Milliseconds after the last change from which on few frames are drawn, and how far these are apart. */
const AWAKE = 1000;
const ASLEEP = 400;

/** Which camera sees a character, where two are shown beside each other. */
const [LEFT, RIGHT] = [1, 2];

/** One character, or two beside each other, and the cameras that go round. */
export class Stage {
  private readonly engine: AbstractEngine;
  private readonly scene: Scene;
  private readonly cameras: SplitCameras;
  private readonly resizing: ResizeObserver;
  private impostor: Impostor | null = null;
  private other: Impostor | null = null;
  private requests = 0;
  private otherRequests = 0;
  private yaw = 0;
  private pitch = 0;
  private shown: Shown = 'character';
  private changed = 0;
  private drawn = 0;
  /** Of the width, left of the line that comparing draws. */
  private line = 0.5;

  /** @param drawn told after each frame how the character was seen */
  constructor(engine: AbstractEngine, drawn: (state: ImpostorState) => void) {
    this.engine = engine;
    this.scene = new Scene(engine);
    this.scene.useRightHandedSystem = true;
    this.scene.clearColor = new Color4(0, 0, 0, 0);
    this.cameras = new SplitCameras(this.scene, FIELD_OF_VIEW);
    this.scene.onAfterRenderObservable.add(() => {
      const state = this.impostor?.stateFor(this.cameras.active);
      if (state) drawn(state);
    });
    engine.runRenderLoop(() => this.renderIfWorthIt());
    this.resizing = new ResizeObserver(() => {
      engine.resize();
      this.look(this.yaw, this.pitch);
    });
    this.resizing.observe(engine.getRenderingCanvas()!);
  }

  /**
   * Loads a character and puts it in place of the last; null where another was asked for meanwhile. The cameras stay where
   * they are.
   */
  async load(file: File | Promise<File>): Promise<Impostor | null> {
    const request = ++this.requests;
    const impostor = await loadImpostorAsync(await file, this.scene);
    if (request !== this.requests) {
      impostor.dispose();
      return null;
    }
    this.impostor?.dispose();
    this.impostor = impostor;
    this.draw();
    this.look(this.yaw, this.pitch);
    return impostor;
  }

  /** Loads another character that comparing shows right of the line, in place of the cross-fade; null: the cross-fade again. */
  async loadBeside(file: File | null): Promise<void> {
    const request = ++this.otherRequests;
    const other = file && (await loadImpostorAsync(file, this.scene));
    if (request !== this.otherRequests) return other?.dispose();
    this.other?.dispose();
    this.other = other;
    this.draw();
  }

  clear(): void {
    this.requests++;
    this.otherRequests++;
    this.impostor?.dispose();
    this.other?.dispose();
    this.impostor = this.other = null;
    this.changed = performance.now();
  }

  /** A character without depth is shown as it is, whatever is asked for. */
  show(shown: Shown): void {
    this.shown = shown;
    this.draw();
  }

  /** @param share 0..1 of the stage's width that is left of the line */
  divide(share: number): void {
    this.line = share;
    this.draw();
  }

  /** Moves the cameras about the character; radians. */
  look(yaw: number, pitch: number): void {
    [this.yaw, this.pitch] = [yaw, pitch];
    if (!this.impostor) return;
    const aspect = this.engine.getRenderWidth() / this.engine.getRenderHeight();
    const { position, middle, distance } = portraitView(this.impostor.extension, aspect, yaw, pitch);
    this.cameras.place(position, middle, distance);
    this.changed = performance.now();
  }

  /**
   * What the shaders draw from where a stored view at this yaw and pitch (radians) would have been taken, in the stored views'
   * size; null where no character with depth is shown.
   */
  async capture(yaw: number, pitch: number): Promise<CapturedView | null> {
    return this.impostor?.isMarching ? await captureView(this.scene, this.impostor, yaw, pitch) : null;
  }

  /** Frees all, the engine as well. */
  dispose(): void {
    this.clear();
    this.resizing.disconnect();
    this.engine.dispose();
  }

  /** A picture at rest is not drawn sixty times a second, for the battery's sake; a shader may still be compiling, though. */
  private renderIfWorthIt(): void {
    const now = performance.now();
    if (now - this.changed > AWAKE && now - this.drawn < ASLEEP) return;
    this.drawn = now;
    this.scene.render();
  }

  private draw(): void {
    const { impostor, other, shown, cameras } = this;
    const split = shown === 'compare' && (other !== null || impostor?.isMarching === true);
    cameras.splitAt(split ? this.line : 1);
    impostor?.drawFor(cameras.left, shown === 'depth' ? 'depth' : null);
    impostor?.drawFor(cameras.right, other ? null : 'crossfade');
    if (impostor) impostor.mesh.layerMask = other ? LEFT : LEFT | RIGHT;
    if (other) other.mesh.layerMask = RIGHT;
    cameras.left.layerMask = LEFT;
    cameras.right.layerMask = RIGHT;
    this.changed = performance.now();
  }
}
