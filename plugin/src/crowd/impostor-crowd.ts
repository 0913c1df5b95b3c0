import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { PickingInfo } from '@babylonjs/core/Collisions/pickingInfo.js';
import type { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { RegisterThinInstanceMesh } from '@babylonjs/core/Meshes/thinInstanceMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { AssetError } from '../asset/index.ts';
import { girthOf } from '../impostor/girth.ts';
import type { Impostor } from '../impostor/index.ts';
import { CrowdMaterial, type CrowdSubject } from './crowd-material.ts';
import { CrowdQuads } from './crowd-quads.ts';
import { CrowdSolid } from './crowd-solids.ts';
import { CrowdTile } from './crowd-tile.ts';
import { type CrowdPlacement, type MemberNumbers, type MemberSubject, memberNumbers } from './member.ts';
import { MemberTable } from './member-table.ts';

/** One character in a crowd. */
export interface CrowdMember {
  readonly placement: CrowdPlacement;
  /** Puts it elsewhere; what is not named stays. */
  place(change: Partial<CrowdPlacement>): void;
  remove(): void;
}

export interface ImpostorCrowdOptions {
  readonly name?: string;
  /** Side of the squares of ground whose members are in view or out of it together, in units of the world (16). */
  readonly tile?: number;
}

/**
 * Hundreds of characters in one draw: all subjects share two texture arrays, all members one buffer of instances, farthest
 * first, of those whose square of ground is in view. Each turns its views to each camera by itself, in the vertex shader; the
 * nearer ones are marched finely, the farther ones coarsely, and the farthest show their nearest view. Cameras beyond a
 * character's stored views see it as `clamp` does.
 */
export class ImpostorCrowd {
  readonly scene: Scene;
  private readonly name: string;
  private readonly tileSize: number;
  private readonly material: CrowdMaterial;
  private readonly subjects = new Map<Impostor, number>();
  private readonly sources: CrowdSubject[] = [];
  /** By row; null where a file has no shape. */
  private readonly shapes: (CrowdSolid | null)[] = [];
  private readonly handles = new Map<MemberNumbers, CrowdMember>();
  private readonly tiles = new Map<string, CrowdTile>();
  private readonly table: MemberTable;
  private readonly quads: CrowdQuads;
  private readonly observer: { remove(): void };
  private subjectsChanged = false;
  /** Of the members. */
  private version = 0;
  private drawnVersion = -1;
  private frozen = false;

  constructor(scene: Scene, { name = 'crowd', tile = 16 }: ImpostorCrowdOptions = {}) {
    RegisterThinInstanceMesh();
    this.scene = scene;
    this.name = name;
    this.tileSize = tile;
    this.material = new CrowdMaterial(`${name}.material`, scene);
    this.table = new MemberTable(scene);
    this.quads = new CrowdQuads(name, scene, this.material);
    this.observer = scene.onBeforeCameraRenderObservable.add((camera) => this.follow(camera));
  }

  /** Characters that stand in the crowd. */
  get size(): number {
    return this.handles.size;
  }

  /** Whether shadows fall on members (false): of whatever casts any but the member itself. */
  get receiveShadows(): boolean {
    return this.quads.mesh.receiveShadows;
  }

  set receiveShadows(receive: boolean) {
    this.quads.mesh.receiveShadows = receive;
  }

  /** Squares of ground that members stand on. */
  get tileCount(): number {
    return this.tiles.size;
  }

  /**
   * Puts a character into the crowd, as often as wanted. The impostor itself is hidden, and may be disposed: the crowd has
   * copied what it draws.
   *
   * @throws AssetError with `code` `no-depth` where the character cannot be marched: without depth, or before
   *   `whenReadyAsync`
   */
  add(impostor: Impostor, placement: CrowdPlacement): CrowdMember {
    const row = this.rowOf(impostor);
    const { frame, pivot } = impostor.extension;
    return this.stand({ row, pivot, radius: Math.hypot(...frame, ...pivot) }, placement);
  }

  /**
   * The subjects' shapes, a thin instance a member, drawn by no camera: for `generator.addShadowCaster`, once the members of
   * all subjects are added.
   */
  get solids(): readonly Mesh[] {
    return this.shapes.flatMap((shape) => shape?.mesh ?? []);
  }

  /** Whom a ray has hit (`scene.pick`), as the crowd stood when it was last drawn; null: nobody of this crowd. */
  memberOf(pick: PickingInfo): CrowdMember | null {
    for (const shape of this.shapes) {
      const member = shape?.memberAt(pick);
      if (member) return this.handles.get(member) ?? null;
    }
    return null;
  }

  /** Takes no change and sorts no more until `unfreeze`: for members and a camera that stand still. */
  freeze(): void {
    this.frozen = true;
  }

  unfreeze(): void {
    this.frozen = false;
  }

  dispose(): void {
    this.observer.remove();
    this.quads.dispose();
    this.table.dispose();
    for (const shape of this.shapes) shape?.dispose();
    this.tiles.clear();
    this.material.dispose();
  }

  private rowOf(impostor: Impostor): number {
    const known = this.subjects.get(impostor);
    if (known !== undefined) return known;
    const { relief, extension, name, solid } = impostor;
    if (!relief?.bytes)
      throw new AssetError(
        'no-depth',
        `crowd: expected a character with depth that whenReadyAsync has made ready, got ${name}, which ${relief ? 'is made live' : 'has its views blended'}`,
      );
    const row = this.sources.length;
    this.sources.push({
      extension,
      range: relief.range,
      bytes: relief.bytes,
      girth: girthOf(solid, extension.pivot),
    });
    this.subjects.set(impostor, row);
    this.shapes.push(solid ? new CrowdSolid(`${this.name}.solid.${row}`, this.scene, solid) : null);
    impostor.node.setEnabled(false);
    this.subjectsChanged = true;
    return row;
  }

  private stand(subject: MemberSubject, placement: CrowdPlacement): CrowdMember {
    const shape = this.shapes[subject.row];
    const slot = this.table.take();
    let current = placement;
    let member = memberNumbers(subject, current);
    let key = this.tileOf(current.position);
    let gone = false;
    const handle: CrowdMember = {
      get placement() {
        return current;
      },
      place: (change) => {
        if (gone) return;
        leave();
        current = { ...current, ...change };
        member = memberNumbers(subject, current);
        key = this.tileOf(current.position);
        enter();
      },
      remove: () => {
        if (gone) return;
        gone = true;
        leave();
        this.table.give(slot);
      },
    };
    const enter = (): void => {
      const tile = this.tiles.get(key) ?? new CrowdTile();
      this.tiles.set(key, tile);
      tile.add(member, slot);
      this.table.write(slot, member.cells);
      shape?.add(member);
      this.handles.set(member, handle);
      this.version++;
    };
    const leave = (): void => {
      const tile = this.tiles.get(key)!;
      tile.remove(member);
      if (tile.size === 0) this.tiles.delete(key);
      shape?.remove(member);
      this.handles.delete(member);
      this.version++;
    };
    enter();
    return handle;
  }

  private tileOf({ x, z }: Vector3): string {
    return `${Math.floor(x / this.tileSize)},${Math.floor(z / this.tileSize)}`;
  }

  private follow(camera: Camera): void {
    if (this.subjectsChanged) {
      this.material.setSubjects(this.sources);
      this.subjectsChanged = false;
    }
    this.material.look(camera);
    if (this.frozen) return;
    if (this.drawnVersion !== this.version) {
      this.drawnVersion = this.version;
      this.material.setTexture('members', this.table.upload());
      this.quads.bound(this.tiles.values());
      for (const shape of this.shapes) shape?.update();
    }
    this.quads.follow(camera, this.tiles.values(), this.version, this.handles.size);
  }
}
