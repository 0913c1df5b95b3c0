import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';

/**
 * A quad about its origin in the plane z = 0, with texture coordinates from the upper left.
 *
 * @param frame  width and height
 */
export function createImpostorQuad(scene: Scene, name: string, frame: readonly [number, number]): Mesh {
  const [x, y] = [frame[0] / 2, frame[1] / 2];
  const mesh = new Mesh(name, scene);
  const data = new VertexData();
  data.positions = [-x, -y, 0, x, -y, 0, x, y, 0, -x, y, 0];
  data.normals = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1];
  data.uvs = [0, 1, 1, 1, 1, 0, 0, 0];
  data.indices = [0, 1, 2, 0, 2, 3];
  data.applyToMesh(mesh);
  // Wherever the camera turns the quad, it stays within this box, so culling may run before the turn.
  mesh.setBoundingInfo(new BoundingInfo(new Vector3(-x, -y, -x), new Vector3(x, y, x)));
  return mesh;
}
