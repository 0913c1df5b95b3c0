import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Vector3 as Triple } from '../asset/index.ts';

/** How far a shape reaches from a place, both in its node's space; 0 where there is no shape. */
export function girthOf(shape: Mesh | null, [x, y, z]: Triple): number {
  const places = shape?.getVerticesData(VertexBuffer.PositionKind) ?? [];
  let most = 0;
  for (let k = 0; k < places.length; k += 3)
    most = Math.max(most, Math.hypot(places[k]! - x, places[k + 1]! - y, places[k + 2]! - z));
  return most;
}

/** What a node makes of a length in its space, at most. @param node its world matrix is up to date */
export function worldLength(node: TransformNode, length: number): number {
  const world = node.getWorldMatrix();
  const axes = [Vector3.Right(), Vector3.Up(), Vector3.Forward()];
  return length * Math.max(...axes.map((axis) => Vector3.TransformNormal(axis, world).length()));
}
