import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { PickingInfo } from '@babylonjs/core/Collisions/pickingInfo.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { RegisterThinInstanceMesh } from '@babylonjs/core/Meshes/thinInstanceMesh.pure.js';
import type { Observer } from '@babylonjs/core/Misc/observable.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { AssetError } from '../asset/index.ts';
import { girthOf } from '../impostor/girth.ts';
import type { Impostor } from '../impostor/index.ts';
import { CrowdMaterial, type CrowdSubject } from './crowd-material.ts';
import { CrowdSolid } from './crowd-solids.ts';
import { CrowdTile, type TileMember } from './crowd-tile.ts';

/** Where and how a member stands. */
export interface CrowdPlacement {
  /** Of the character's node's origin, in the world. */
  readonly position: Vector3;
  /** Radians about the world's +Y, as Babylon's `rotation.y`. */
  readonly facing?: number;
  /** 1: as large as its file says. */
  readonly scale?: number;
  /** Multiplies its colours; alpha its opacity. */
  readonly tint?: Color4;
}

/** One character in a crowd. */
export interface CrowdMember {
  readonly placement: CrowdPlacement;
  /** Puts it elsewhere; what is not named stays. */
  place(change: Partial<CrowdPlacement>): void;
  remove(): void;
}

export interface ImpostorCrowdOptions {
  readonly name?: string;
  /** Side of the squares of ground whose members are culled and drawn together, in units of the world (16). */
  readonly tile?: number;
}

/**
 * Hundreds of characters in a few draws: all subjects share two texture arrays, and members that stand near each other are
 * one mesh of thin instances. Each turns its views to each camera by itself, in the vertex shader; the nearer ones are
 * marched finely, the farther ones coarsely, and the farthest show their nearest view. Cameras beyond a character's
 * stored views see it as `clamp` does.
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
  private readonly handles = new Map<TileMember, CrowdMember>();
  private readonly tiles = new Map<string, CrowdTile>();
  private readonly cameraObserver: Observer<Camera>;
  private subjectsChanged = false;
  private frozen = false;
  private shaded = false;

  constructor(scene: Scene, { name = 'crowd', tile = 16 }: ImpostorCrowdOptions = {}) {
    RegisterThinInstanceMesh();
    this.scene = scene;
    this.name = name;
    this.tileSize = tile;
    this.material = new CrowdMaterial(`${name}.material`, scene);
    this.cameraObserver = scene.onBeforeCameraRenderObservable.add((camera) => this.follow(camera));
  }

  /** Characters that stand in the crowd. */
  get size(): number {
    let sum = 0;
    for (const tile of this.tiles.values()) sum += tile.size;
    return sum;
  }

  /** Whether shadows fall on members (false): of whatever casts any but the member itself. */
  get receiveShadows(): boolean {
    return this.shaded;
  }

  set receiveShadows(receive: boolean) {
    this.shaded = receive;
    for (const { mesh } of this.tiles.values()) mesh.receiveShadows = receive;
  }

  /** Meshes that are drawn, at most. */
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
    const { extension } = impostor;
    const radius = Math.hypot(...extension.frame, ...extension.pivot);
    return this.stand(row, radius, placement);
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
    this.cameraObserver.remove();
    for (const tile of this.tiles.values()) tile.dispose();
    for (const shape of this.shapes) shape?.dispose();
    this.tiles.clear();
    this.material.dispose();
  }

  private rowOf(impostor: Impostor): number {
    const known = this.subjects.get(impostor);
    if (known !== undefined) return known;
    const { relief, extension, name, solid } = impostor;
    if (!relief)
      throw new AssetError(
        'no-depth',
        `crowd: expected a character with depth that whenReadyAsync has made ready, got ${name}, which has its views blended`,
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

  private stand(row: number, radius: number, placement: CrowdPlacement): CrowdMember {
    let current = placement;
    let member = memberOf(row, radius, current);
    let tile = this.tileAt(current.position);
    const handle: CrowdMember = {
      get placement() {
        return current;
      },
      place: (change) => {
        leave();
        current = { ...current, ...change };
        member = memberOf(row, radius, current);
        tile = this.tileAt(current.position);
        enter();
      },
      remove: () => leave(),
    };
    const enter = (): void => {
      tile.add(member);
      this.shapes[row]?.add(member);
      this.handles.set(member, handle);
    };
    const leave = (): void => {
      tile.remove(member);
      this.shapes[row]?.remove(member);
      this.handles.delete(member);
    };
    enter();
    return handle;
  }

  private tileAt({ x, z }: Vector3): CrowdTile {
    const key = `${Math.floor(x / this.tileSize)},${Math.floor(z / this.tileSize)}`;
    const known = this.tiles.get(key);
    if (known) return known;
    const tile = new CrowdTile(`${this.name}.${key}`, this.scene, this.material);
    tile.mesh.receiveShadows = this.shaded;
    this.tiles.set(key, tile);
    return tile;
  }

  private follow(camera: Camera): void {
    if (this.subjectsChanged) {
      this.material.setSubjects(this.sources);
      this.subjectsChanged = false;
    }
    this.material.look(camera);
    if (this.frozen) return;
    for (const tile of this.tiles.values()) tile.update(camera.globalPosition);
    for (const shape of this.shapes) shape?.update();
  }
}

function memberOf(
  row: number,
  radius: number,
  { position, facing = 0, scale = 1, tint = new Color4(1, 1, 1, 1) }: CrowdPlacement,
): TileMember {
  const rotation = Quaternion.RotationAxis(Vector3.Up(), facing);
  const matrix = Matrix.Compose(new Vector3(scale, scale, scale), rotation, position);
  return {
    matrix: Float32Array.from(matrix.m),
    row,
    tint: [tint.r, tint.g, tint.b, tint.a],
    radius: radius * scale,
  };
}
