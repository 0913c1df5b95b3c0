import { Material } from '@babylonjs/core/Materials/material.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';

/** A layer mask that no camera has a bit of: rays and lights find the mesh, and nothing draws it. */
const NO_CAMERA = 0;

/** Opaque, for shadow maps to know, and never drawn. Without a material Babylon would ask for its standard one. */
class UnseenMaterial extends Material {
  override getClassName(): string {
    return 'UnseenMaterial';
  }
}

/** Hides a mesh from all cameras; `mesh.dispose(false, true)` frees what this takes. */
export function hideFromCameras(mesh: Mesh): void {
  mesh.layerMask = NO_CAMERA;
  mesh.material = new UnseenMaterial(`${mesh.name}.unseen`, mesh.getScene());
}
