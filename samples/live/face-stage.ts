import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { LiveModel } from '@turnaround/plugin/live';
import { FIELD_OF_VIEW, portraitView } from '@turnaround/plugin/viewer';

/** Milliseconds after the last change from which on few frames are drawn, and how far these are apart. */
const AWAKE = 1000;
const ASLEEP = 300;

/** The camera that goes round one live face. */
export class FaceStage {
  readonly scene: Scene;
  private readonly engine: AbstractEngine;
  private readonly model: LiveModel;
  private readonly camera: TargetCamera;
  private yaw = 0;
  private pitch = 0;
  private changed = performance.now();
  private drawn = 0;

  constructor(engine: AbstractEngine, model: LiveModel) {
    this.engine = engine;
    this.model = model;
    this.scene = new Scene(engine);
    this.scene.useRightHandedSystem = true;
    this.scene.clearColor = new Color4(0, 0, 0, 0);
    this.camera = new TargetCamera('camera', new Vector3(0, 0, 1), this.scene);
    this.camera.fov = FIELD_OF_VIEW;
    this.look(0, 0);
    model.onViewMadeObservable.add(() => this.wake());
    engine.runRenderLoop(() => this.renderIfWorthIt());
    new ResizeObserver(() => {
      engine.resize();
      this.look(this.yaw, this.pitch);
    }).observe(engine.getRenderingCanvas()!);
  }

  /** Moves the camera about the face; radians. */
  look(yaw: number, pitch: number): void {
    [this.yaw, this.pitch] = [yaw, pitch];
    const aspect = this.engine.getRenderWidth() / this.engine.getRenderHeight();
    const { position, middle, distance } = portraitView(this.model.manifest, aspect, yaw, pitch);
    const { camera } = this;
    camera.position.copyFrom(position);
    camera.setTarget(middle);
    [camera.minZ, camera.maxZ] = [distance / 10, distance * 3];
    this.wake();
  }

  /** Draws every frame for a while. */
  wake(): void {
    this.changed = performance.now();
  }

  /** A face at rest with all its views is not drawn sixty times a second, for the battery's sake. */
  private renderIfWorthIt(): void {
    const now = performance.now();
    if (now - this.changed > AWAKE && now - this.drawn < ASLEEP) return;
    this.drawn = now;
    this.scene.render();
  }
}
