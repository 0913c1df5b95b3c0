import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { ImpostorExtension } from '../asset/index.ts';
import type { MarchCamera } from './march-material.ts';
import { cameraBackwardToRef } from './subject-direction.ts';

/** Distance of the stored cameras from the pivot, in the node's space: there, a view's rectangle shows the frame. */
export const storedDistance = ({ views, frame }: ImpostorExtension): number =>
  ((views[0]!.focal ?? 1) * frame[0]) / 2;

/**
 * A camera in the subject's space as the march counts it.
 *
 * @param node        carries the subject; not flat
 * @param handedness  as `subjectDirection` finds it
 * @param turned      radians that the subject is turned towards the camera
 */
export function marchCamera(
  node: TransformNode,
  extension: ImpostorExtension,
  camera: Camera,
  handedness: 1 | -1,
  turned = 0,
): MarchCamera {
  const unit = 1 / storedDistance(extension);
  const [x, y, z] = extension.pivot;
  const toSubject = Matrix.Invert(node.getWorldMatrix())
    .multiply(Matrix.Translation(-x, -y, -z))
    .multiply(Matrix.Scaling(handedness * unit, unit, unit))
    .multiply(Matrix.RotationY(turned));
  const toWorld = Matrix.Invert(toSubject);
  if (camera.mode === Camera.ORTHOGRAPHIC_CAMERA) {
    const direction = Vector3.TransformNormal(cameraBackwardToRef(camera, new Vector3()), toSubject);
    return { toSubject, toWorld, eye: new Vector4(direction.x, direction.y, direction.z, 0) };
  }
  const place = Vector3.TransformCoordinates(camera.globalPosition, toSubject);
  return { toSubject, toWorld, eye: new Vector4(place.x, place.y, place.z, 1) };
}

/**
 * Pixels of the screen over which a character's frame is spread in height.
 *
 * @param node carries the subject; its world matrix is up to date
 */
export function screenHeight(
  node: TransformNode,
  { frame, pivot }: ImpostorExtension,
  camera: Camera,
): number {
  const world = node.getWorldMatrix();
  const height = Vector3.TransformNormal(Vector3.Up(), world).length() * frame[1];
  const away = Vector3.Distance(
    Vector3.TransformCoordinates(new Vector3(...pivot), world),
    camera.globalPosition,
  );
  // The projection's second diagonal element: half a screen's heights to a unit, at a distance of 1 if it has perspective.
  const halves = camera.getProjectionMatrix().m[5]! * height;
  const shown = camera.mode === Camera.ORTHOGRAPHIC_CAMERA ? halves : halves / Math.max(away, 1e-6);
  return (shown / 2) * node.getScene().getEngine().getRenderHeight() * camera.viewport.height;
}
