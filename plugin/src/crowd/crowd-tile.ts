import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** A member's numbers, as its tile copies them. */
export interface TileMember {
  /** f32 [16], to the world. */
  readonly matrix: Float32Array;
  /** Of its subject in the table. */
  readonly row: number;
  /** Straight RGBA, 0..1. */
  readonly tint: readonly [number, number, number, number];
  /** From its place, what it may reach of the world. */
  readonly radius: number;
}

/** How far a camera goes before members are sorted again: heads stand farther apart. */
const PATIENCE = 0.05;

/** Members that stand near each other: one mesh, so that it can be culled, drawn back to front. */
export class CrowdTile {
  readonly mesh: Mesh;
  private members: TileMember[] = [];
  private order: number[] = [];
  private distances: Float64Array = new Float64Array(0);
  private matrices: Float32Array = new Float32Array(0);
  private rows: Float32Array = new Float32Array(0);
  private tints: Float32Array = new Float32Array(0);
  /** Where the members were last sorted from. */
  private readonly sortedFrom: Vector3 = new Vector3(Number.NaN, 0, 0);
  private changed = false;

  constructor(name: string, scene: Scene, material: Material) {
    const mesh = new Mesh(name, scene);
    const data = new VertexData();
    data.positions = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
    data.indices = [0, 1, 2, 0, 2, 3];
    data.applyToMesh(mesh);
    mesh.material = material;
    // The quads' own corners say nothing of where they come to lie.
    mesh.doNotSyncBoundingInfo = true;
    mesh.isPickable = false;
    this.mesh = mesh;
  }

  get size(): number {
    return this.members.length;
  }

  add(member: TileMember): void {
    this.members.push(member);
    this.changed = true;
  }

  remove(member: TileMember): void {
    this.members = this.members.filter((other) => other !== member);
    this.changed = true;
  }

  /** Brings the buffers up to date for a camera's place: farthest first. */
  update(from: Vector3): void {
    if (!this.changed && Vector3.DistanceSquared(from, this.sortedFrom) < PATIENCE ** 2) return;
    if (this.changed) this.resize();
    this.sort(from);
    for (const [place, index] of this.order.entries()) {
      const { matrix, row, tint } = this.members[index]!;
      this.matrices.set(matrix, 16 * place);
      this.rows[place] = row;
      this.tints.set(tint, 4 * place);
    }
    for (const kind of ['matrix', 'member', 'tint']) this.mesh.thinInstanceBufferUpdated(kind);
    this.sortedFrom.copyFrom(from);
    this.changed = false;
  }

  dispose(): void {
    this.mesh.dispose();
  }

  private resize(): void {
    const count = this.members.length;
    if (this.order.length !== count) {
      this.order = this.members.map((_, index) => index);
      this.distances = new Float64Array(count);
      this.matrices = new Float32Array(16 * count);
      this.rows = new Float32Array(count);
      this.tints = new Float32Array(4 * count);
      this.mesh.thinInstanceSetBuffer('matrix', this.matrices, 16, false);
      this.mesh.thinInstanceSetBuffer('member', this.rows, 1, false);
      this.mesh.thinInstanceSetBuffer('tint', this.tints, 4, false);
    }
    this.mesh.setEnabled(count > 0);
    const [least, most] = [
      new Vector3(Infinity, Infinity, Infinity),
      new Vector3(-Infinity, -Infinity, -Infinity),
    ];
    for (const { matrix, radius } of this.members) {
      const place = new Vector3(matrix[12], matrix[13], matrix[14]);
      least.minimizeInPlace(place.subtractFromFloats(radius, radius, radius));
      most.maximizeInPlace(place.addInPlaceFromFloats(radius, radius, radius));
    }
    if (count > 0) this.mesh.setBoundingInfo(new BoundingInfo(least, most));
  }

  private sort(from: Vector3): void {
    for (const [index, { matrix }] of this.members.entries())
      this.distances[index] =
        (matrix[12]! - from.x) ** 2 + (matrix[13]! - from.y) ** 2 + (matrix[14]! - from.z) ** 2;
    this.order.sort((a, b) => this.distances[b]! - this.distances[a]!);
  }
}
