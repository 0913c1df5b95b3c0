import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { ViewSample } from '../asset/index.ts';

/** How one camera sees an impostor. */
export interface ImpostorState {
  readonly camera: Camera;
  /** Radians; of the camera about the pivot, in the subject's space, as `plugin/asset` defines it. */
  readonly yaw: number;
  /** Radians. */
  readonly pitch: number;
  /** Index into `extension.views` of the view with the greatest weight. */
  readonly view: number;
  /** The stored views that take part, one to three, with their weights; these sum to 1. */
  readonly samples: readonly ViewSample[];
  /** Radians; the yaw that is shown, another one than the camera's beyond the stored views. */
  readonly shownYaw: number;
  /** True where the camera's yaw lies beyond the stored views. */
  readonly outside: boolean;
}
