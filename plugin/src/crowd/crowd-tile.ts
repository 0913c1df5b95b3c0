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
  /** f32 [n,16], [n] and [n,4]: the members' numbers in their own order, next to each other in memory. */
  private ownMatrices: Float32Array = new Float32Array(0);
  private ownRows: Float32Array = new Float32Array(0);
  private ownTints: Float32Array = new Float32Array(0);
  private order: Uint32Array = new Uint32Array(0);
  private distances: Float32Array = new Float32Array(0);
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
    const moved = this.sort(from);
    if (moved || this.changed) this.write();
    this.sortedFrom.copyFrom(from);
    this.changed = false;
  }

  dispose(): void {
    this.mesh.dispose();
  }

  private resize(): void {
    const count = this.members.length;
    if (this.order.length !== count) {
      this.ownMatrices = new Float32Array(16 * count);
      this.ownRows = new Float32Array(count);
      this.ownTints = new Float32Array(4 * count);
      this.order = Uint32Array.from({ length: count }, (_, index) => index);
      this.distances = new Float32Array(count);
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
    for (const [index, { matrix, row, tint, radius }] of this.members.entries()) {
      const place = new Vector3(matrix[12], matrix[13], matrix[14]);
      this.ownMatrices.set(matrix, 16 * index);
      this.ownRows[index] = row;
      this.ownTints.set(tint, 4 * index);
      least.minimizeInPlace(place.subtractFromFloats(radius, radius, radius));
      most.maximizeInPlace(place.addInPlaceFromFloats(radius, radius, radius));
    }
    if (count > 0) this.mesh.setBoundingInfo(new BoundingInfo(least, most));
  }

  /** By insertion: from frame to frame next to nothing changes. @returns whether anything did */
  private sort({ x, y, z }: Vector3): boolean {
    const { ownMatrices, distances, order } = this;
    for (let index = 0, at = 12; index < distances.length; index++, at += 16) {
      const across = ownMatrices[at]! - x;
      const up = ownMatrices[at + 1]! - y;
      const along = ownMatrices[at + 2]! - z;
      distances[index] = across * across + up * up + along * along;
    }
    let moved = false;
    for (let next = 1; next < order.length; next++) {
      const index = order[next]!;
      const distance = distances[index]!;
      let place = next;
      for (; place > 0 && distances[order[place - 1]!]! < distance; place--) order[place] = order[place - 1]!;
      if (place === next) continue;
      order[place] = index;
      moved = true;
    }
    return moved;
  }

  private write(): void {
    const { order, matrices, rows, tints, ownMatrices, ownRows, ownTints } = this;
    for (let place = 0; place < order.length; place++) {
      const index = order[place]!;
      // In loops: `set` takes five times as long for so few numbers.
      for (let k = 0; k < 16; k++) matrices[16 * place + k] = ownMatrices[16 * index + k]!;
      for (let k = 0; k < 4; k++) tints[4 * place + k] = ownTints[4 * index + k]!;
      rows[place] = ownRows[index]!;
    }
    for (const kind of BUFFERS) this.mesh.thinInstanceBufferUpdated(kind);
  }
}

const BUFFERS = ['matrix', 'member', 'tint'] as const;
