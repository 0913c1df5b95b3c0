import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { ISmartArrayLike } from '@babylonjs/core/Misc/smartArray.js';
import type { Scene } from '@babylonjs/core/scene.js';

const passedOver = new WeakMap<Scene, Set<AbstractMesh>>();

/**
 * Has a scene not ask a mesh whether a camera draws it, until it is disposed of. Babylon asks every mesh every frame, 1 µs each,
 * also those on no camera's layer. Rays, shadow maps and `scene.meshes` know it as before.
 */
export function passOver(mesh: AbstractMesh): void {
  const scene = mesh.getScene();
  const meshes = passedOver.get(scene) ?? watch(scene);
  meshes.add(mesh);
  mesh.onDisposeObservable.addOnce(() => meshes.delete(mesh));
}

function watch(scene: Scene): Set<AbstractMesh> {
  const meshes = new Set<AbstractMesh>();
  passedOver.set(scene, meshes);
  // Whoever has been asked so far (an octree, say) goes on being asked.
  const candidates = scene.getActiveMeshCandidates;
  const kept: ISmartArrayLike<AbstractMesh> = { data: [], length: 0 };
  scene.getActiveMeshCandidates = () => {
    const all = candidates();
    if (meshes.size === 0) return all;
    let count = 0;
    for (let k = 0; k < all.length; k++) {
      const mesh = all.data[k]!;
      if (!meshes.has(mesh)) kept.data[count++] = mesh;
    }
    kept.data.length = count;
    kept.length = count;
    return kept;
  };
  return meshes;
}
