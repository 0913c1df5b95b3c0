import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import type { Scene } from '@babylonjs/core/scene.js';

const WHOLE = new Viewport(0, 0, 1, 1);

/** Two cameras in one place that share the canvas: one draws what lies left of a line, the other what lies right of it. */
export class SplitCameras {
  readonly left: TargetCamera;
  readonly right: TargetCamera;
  private readonly scene: Scene;
  private share = 1;

  /** @param fieldOfView of the whole canvas in height, radians */
  constructor(scene: Scene, fieldOfView: number) {
    this.scene = scene;
    const create = (name: string): TargetCamera => {
      const camera = new TargetCamera(name, new Vector3(0, 0, 1), scene);
      camera.fov = fieldOfView;
      return camera;
    };
    [this.left, this.right] = [create('left'), create('right')];
    this.project();
  }

  /** One that draws. */
  get active(): Camera {
    return this.scene.activeCameras![0]!;
  }

  /** @param share 0..1 of the canvas' width that lies left of the line */
  splitAt(share: number): void {
    this.share = share;
    this.project();
  }

  /** Puts both cameras in a place, from where they see so far. */
  place(position: Vector3, target: Vector3, distance: number): void {
    for (const camera of [this.left, this.right]) {
      camera.position.copyFrom(position);
      camera.setTarget(target);
      [camera.minZ, camera.maxZ] = [distance / 10, distance * 3];
    }
    this.project();
  }

  /** Gives each camera its part of the whole canvas' projection. The line lies between two pixels, so that both sides fit. */
  private project(): void {
    const width = this.scene.getEngine().getRenderWidth();
    const line = Math.round(this.share * width) / width;
    const parts: [TargetCamera, number, number][] = [
      [this.left, 0, line],
      [this.right, line, 1],
    ];
    const wide = parts.filter(([, from, to]) => to > from);
    for (const [camera, from, to] of wide) {
      camera.unfreezeProjectionMatrix();
      camera.viewport = WHOLE;
      const part = Matrix.Scaling(1 / (to - from), 1, 1).setRowFromFloats(
        3,
        (1 - from - to) / (to - from),
        0,
        0,
        1,
      );
      camera.freezeProjectionMatrix(camera.getProjectionMatrix(true).multiply(part));
      camera.viewport = new Viewport(from, 0, to - from, 1);
    }
    this.scene.activeCameras = wide.map(([camera]) => camera);
    this.scene.activeCamera = this.scene.activeCameras[0]!;
  }
}
