import { Buffer, type VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { CrowdTile } from './crowd-tile.ts';
import { DrawOrder } from './draw-order.ts';

/** What one camera sees of a crowd. */
interface CameraView {
  readonly order: DrawOrder;
  /** Of its own: WebGPU writes buffers before it draws any of a frame's views. */
  slots: { readonly buffer: Buffer; readonly vertices: VertexBuffer; readonly capacity: number } | null;
  /** What the order was made for: the members' version, and the camera's matrices. */
  made: [number, number, number];
}

/** All members' quads: one draw for each camera, of the members that it may see. */
export class CrowdQuads {
  readonly mesh: Mesh;
  private readonly views = new Map<Camera, CameraView>();

  constructor(name: string, scene: Scene, material: Material) {
    const mesh = new Mesh(name, scene);
    const data = new VertexData();
    data.positions = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
    data.indices = [0, 1, 2, 0, 2, 3];
    data.applyToMesh(mesh);
    mesh.material = material;
    mesh.isPickable = false;
    mesh.isVisible = false;
    // Who is seen is decided here, and the quads' own corners say nothing of where they come to lie.
    mesh.alwaysSelectAsActiveMesh = true;
    mesh.doNotSyncBoundingInfo = true;
    // Before all other see-through meshes: members write depth, so what stands behind them stays there.
    mesh.alphaIndex = Number.MIN_SAFE_INTEGER;
    this.mesh = mesh;
  }

  /** Tells Babylon how far the crowd reaches. */
  bound(tiles: Iterable<CrowdTile>): void {
    let [least, most]: [Vector3 | null, Vector3 | null] = [null, null];
    for (const { bounds } of tiles) {
      least = least ? Vector3.Minimize(least, bounds.minimum) : bounds.minimum.clone();
      most = most ? Vector3.Maximize(most, bounds.maximum) : bounds.maximum.clone();
    }
    if (least && most) this.mesh.setBoundingInfo(new BoundingInfo(least, most));
  }

  /**
   * Makes ready what a camera is about to draw.
   * @param version changes with the members
   * @param most    of them
   */
  follow(camera: Camera, tiles: Iterable<CrowdTile>, version: number, most: number): void {
    const view = this.viewOf(camera);
    const toView = camera.getViewMatrix();
    const projected = camera.getProjectionMatrix().updateFlag;
    const { made, order } = view;
    if (made[0] !== version || made[1] !== toView.updateFlag || made[2] !== projected) {
      view.made = [version, toView.updateFlag, projected];
      order.clear(most);
      const away = this.mesh.getScene().useRightHandedSystem ? -1 : 1;
      for (const tile of tiles) if (camera.isInFrustum(tile.bounds, true)) tile.list(toView, away, order);
      order.sort();
      this.write(view);
    }
    this.mesh.isVisible = order.count > 0;
    this.mesh.forcedInstanceCount = order.count;
    if (view.slots) this.attach(view.slots.vertices);
  }

  dispose(): void {
    this.mesh.dispose();
    for (const { slots } of this.views.values()) slots?.buffer.dispose();
    this.views.clear();
  }

  private viewOf(camera: Camera): CameraView {
    const known = this.views.get(camera);
    if (known) return known;
    const view: CameraView = { order: new DrawOrder(), slots: null, made: [-1, -1, -1] };
    this.views.set(camera, view);
    camera.onDisposeObservable.addOnce(() => {
      if (!this.views.delete(camera)) return;
      this.mesh.isVisible = false;
      view.slots?.buffer.dispose();
    });
    return view;
  }

  private write(view: CameraView): void {
    const { slots, count } = view.order;
    if (view.slots?.capacity === slots.length) {
      if (count > 0) view.slots.buffer.updateDirectly(slots.subarray(0, count), 0);
      return;
    }
    const former = view.slots?.buffer;
    const buffer = new Buffer(this.mesh.getScene().getEngine(), slots, true, 1, false, true);
    view.slots = { buffer, vertices: buffer.createVertexBuffer(SLOT, 0, 1, 1, true), capacity: slots.length };
    this.attach(view.slots.vertices);
    former?.dispose();
  }

  /** The mesh only borrows it: what Babylon owns it counts anew at each change of camera. */
  private attach(vertices: VertexBuffer): void {
    if (this.mesh.getVertexBuffer(SLOT) !== vertices) this.mesh.setVerticesBuffer(vertices, false);
  }
}

const SLOT = 'slot';
