import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { cameraDirection, radians } from '@turnaround/plugin/asset';
import type { Impostor } from '@turnaround/plugin/impostor';
import { loadImpostorAsync } from '@turnaround/plugin/loader';

/** Of the stage's height, what a character's frame takes. */
const FILL = 0.94;
/** The lens of a portrait: a narrow field of view from some way off (radians). */
const FIELD_OF_VIEW = radians(12);

/** One character and the camera that goes round it. */
export class Stage {
  private readonly engine: AbstractEngine;
  private readonly scene: Scene;
  private readonly camera: TargetCamera;
  private shown: Impostor | null = null;
  private requests = 0;
  private yaw = 0;
  private pitch = 0;

  constructor(engine: AbstractEngine) {
    this.engine = engine;
    this.scene = new Scene(engine);
    this.scene.useRightHandedSystem = true;
    this.scene.clearColor = new Color4(0, 0, 0, 0);
    this.camera = new TargetCamera('camera', new Vector3(0, 0, 1), this.scene);
    this.camera.fov = FIELD_OF_VIEW;
    engine.runRenderLoop(() => this.scene.render());
    new ResizeObserver(() => {
      engine.resize();
      this.look(this.yaw, this.pitch);
    }).observe(engine.getRenderingCanvas()!);
  }

  /** Loads a character and shows it in place of the last; null where another was asked for meanwhile. */
  async show(source: string | File): Promise<Impostor | null> {
    const request = ++this.requests;
    const impostor = await loadImpostorAsync(source, this.scene);
    if (request !== this.requests) {
      impostor.dispose();
      return null;
    }
    this.shown?.dispose();
    this.shown = impostor;
    this.look(0, 0);
    return impostor;
  }

  clear(): void {
    this.requests++;
    this.shown?.dispose();
    this.shown = null;
  }

  /** Moves the camera about the character; radians. */
  look(yaw: number, pitch: number): void {
    [this.yaw, this.pitch] = [yaw, pitch];
    if (!this.shown) return;
    const { pivot, frame } = this.shown.extension;
    // The narrower side of the stage decides.
    const aspect = this.engine.getAspectRatio(this.camera);
    const high = Math.max(frame[1], frame[0] / aspect) / FILL;
    const distance = high / 2 / Math.tan(FIELD_OF_VIEW / 2);
    // The bust stands on the stage's lower edge; the room above it is air.
    const middle = new Vector3(pivot[0], pivot[1] + (high - frame[1]) / 2, pivot[2]);
    this.camera.position = new Vector3(...cameraDirection(yaw, pitch)).scale(distance).add(middle);
    this.camera.setTarget(middle);
    [this.camera.minZ, this.camera.maxZ] = [distance / 10, distance * 3];
  }
}
