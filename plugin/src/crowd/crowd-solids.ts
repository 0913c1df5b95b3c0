import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import type { PickingInfo } from '@babylonjs/core/Collisions/pickingInfo.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { hideFromCameras } from '../impostor/unseen.ts';
import type { MemberNumbers } from './member.ts';
import { passOver } from './pass-over.ts';

/** The shape of one subject, once a member: what rays pick, and what casts shadows. No camera draws it. */
export class CrowdSolid {
  readonly mesh: Mesh;
  private readonly members: MemberNumbers[] = [];
  private matrices: Float32Array = new Float32Array(0);
  private changed = false;

  /** @param shape in its character's node; it is copied */
  constructor(name: string, scene: Scene, shape: Mesh) {
    this.mesh = new Mesh(name, scene);
    hideFromCameras(this.mesh);
    passOver(this.mesh);
    this.mesh.thinInstanceEnablePicking = true;
    this.mesh.setEnabled(false);
    copyShape(shape, scene.useRightHandedSystem).applyToMesh(this.mesh);
  }

  add(member: MemberNumbers): void {
    this.members.push(member);
    this.changed = true;
  }

  remove(member: MemberNumbers): void {
    const place = this.members.indexOf(member);
    if (place >= 0) this.members.splice(place, 1);
    this.changed = true;
  }

  /** Brings the buffer up to date. */
  update(): void {
    if (!this.changed) return;
    this.changed = false;
    const { mesh, members } = this;
    mesh.setEnabled(members.length > 0);
    if (members.length === 0) return;
    if (this.matrices.length !== 16 * members.length) {
      this.matrices = new Float32Array(16 * members.length);
      mesh.thinInstanceSetBuffer('matrix', this.matrices, 16, false);
    }
    for (const [place, { matrix }] of members.entries()) matrix.copyToArray(this.matrices, 16 * place);
    mesh.thinInstanceBufferUpdated('matrix');
    mesh.thinInstanceRefreshBoundingInfo(true);
  }

  /** The member that a ray has hit. */
  memberAt({ pickedMesh, thinInstanceIndex }: PickingInfo): MemberNumbers | null {
    return pickedMesh === this.mesh ? (this.members[thinInstanceIndex] ?? null) : null;
  }

  dispose(): void {
    this.mesh.dispose(false, true);
  }
}

/** A shape in the space of a crowd's members: a left-handed scene sees glTF's x the other way round. */
function copyShape(shape: Mesh, rightHanded: boolean): VertexData {
  const data = new VertexData();
  const mirror = rightHanded ? 1 : -1;
  data.positions = Float32Array.from(shape.getVerticesData(VertexBuffer.PositionKind) ?? [], (value, k) =>
    k % 3 === 0 ? mirror * value : value,
  );
  const indices = [...(shape.getIndices() ?? [])];
  for (let k = 0; !rightHanded && k < indices.length; k += 3)
    [indices[k + 1], indices[k + 2]] = [indices[k + 2]!, indices[k + 1]!];
  data.indices = indices;
  return data;
}
