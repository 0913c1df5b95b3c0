import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Vector3 as Triple } from '../asset/index.ts';

/** From where a camera looks at a node, and which way round the node's space is shown. */
export interface SubjectDirection {
  /** From the pivot to the camera, in the subject's space: right-handed on the screen, +Z out of the face. */
  readonly direction: Triple;
  /** −1 where the node's own space is seen mirrored, so that the subject's +X is the node's −X; else 1. */
  readonly handedness: 1 | -1;
}

const inverse = new Matrix();
const position = new Vector3();

/** The way from what a camera looks at to the camera, in the world: where a parallel one stands infinitely far. */
export function cameraBackwardToRef(camera: Camera, result: Vector3): Vector3 {
  const view = camera.getViewMatrix().m;
  const backward = camera.getScene().useRightHandedSystem ? 1 : -1;
  return result.set(view[2]! * backward, view[6]! * backward, view[10]! * backward);
}

/**
 * Where a camera stands, in the space of the subject that a node carries. The node's whole transform is undone, so
 * rotated, parented and unevenly scaled nodes, and the root that the glTF loader puts into left-handed scenes, need no
 * special case. A space that reaches the screen mirrored (a negative scale, or a bare node in a left-handed scene) is
 * turned round again: a subject is never shown mirrored.
 *
 * @param node    carries the subject; its world matrix is brought up to date
 * @param pivot   in the node's space
 * @param camera  the camera that is drawing; an orthographic one is infinitely far along its axis
 * @returns null where the node is flat (a scale of 0), or the camera stands in the pivot
 */
export function subjectDirection(
  node: TransformNode,
  pivot: Triple,
  camera: Camera,
): SubjectDirection | null {
  const world = node.computeWorldMatrix();
  const determinant = world.determinant();
  if (determinant === 0 || !Number.isFinite(determinant)) return null;
  world.invertToRef(inverse);
  const rightHanded = node.getScene().useRightHandedSystem;
  if (camera.mode === Camera.ORTHOGRAPHIC_CAMERA) {
    cameraBackwardToRef(camera, position);
    Vector3.TransformNormalToRef(position, inverse, position);
  } else {
    Vector3.TransformCoordinatesToRef(camera.globalPosition, inverse, position);
    position.subtractFromFloatsToRef(pivot[0], pivot[1], pivot[2], position);
  }
  if (position.lengthSquared() === 0) return null;
  const handedness = determinant > 0 === rightHanded ? 1 : -1;
  return { direction: [handedness * position.x, position.y, position.z], handedness };
}
