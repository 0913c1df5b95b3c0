import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { cameraDirection, radians } from '@turnaround/plugin/asset';
import type { Look, Stage } from './stage.ts';

/** The camera of a look, which takes its part of the canvas' width. */
export function aim(
  { scene, subject, options }: Pick<Stage, 'scene' | 'subject' | 'options'>,
  look: Look,
  index: number,
  count: number,
): TargetCamera {
  if (!subject) throw new Error('load() first');
  const name = `camera${index}`;
  const camera = (scene.getCameraByName(name) ??
    new TargetCamera(name, Vector3.Zero(), scene)) as TargetCamera;
  const { node, pivot, frame } = subject;
  const { distance = 100 * frame[1], pixelsHigh } = look;
  const world = node.computeWorldMatrix(true);
  const mirrored = world.determinant() > 0 !== options.rightHanded;
  const [x, y, z] = cameraDirection(radians(look.yaw), radians(look.pitch ?? 0));
  const middle = new Vector3(...pivot);
  const local = new Vector3(mirrored ? -x : x, y, z).scale(distance).add(middle);
  camera.position = Vector3.TransformCoordinates(local, world);
  camera.upVector = Vector3.TransformNormal(Vector3.Up(), world).normalize();
  const target = Vector3.TransformCoordinates(middle, world);
  camera.setTarget(target);
  const away = Vector3.Distance(camera.position, target);
  const unit = Vector3.TransformNormal(Vector3.Up(), world).length();
  const high = (options.height / pixelsHigh) * frame[1] * unit;
  camera.fov = 2 * Math.atan(high / 2 / away);
  [camera.minZ, camera.maxZ] = [away / 10, away * 10];
  camera.viewport = new Viewport(index / count, 0, 1 / count, 1);
  return camera;
}
