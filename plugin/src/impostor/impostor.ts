import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { type ImpostorExtension, selectViews, type ViewSelection, viewAngles } from '../asset/index.ts';
import { ImpostorMaterial } from './impostor-material.ts';
import { createImpostorQuad } from './impostor-quad.ts';
import { subjectDirection } from './subject-direction.ts';

export interface ImpostorOptions {
  readonly name?: string;
  /** What the file says, as `validateExtension` returns it. */
  readonly extension: ImpostorExtension;
  /** The colour atlas: bytes as stored, made without Babylon's sRGB buffers. The impostor disposes it. */
  readonly atlas: BaseTexture;
  /** The depth atlas where the extension names one: bytes as stored, unfiltered. The impostor disposes it. */
  readonly depth?: BaseTexture;
  /** Carries the character; its space is the one that the extension's pivot and frame refer to. A new one if absent. */
  readonly node?: TransformNode;
}

/** How one camera sees an impostor. */
export interface ImpostorState {
  readonly camera: Camera;
  /** Radians; of the camera about the pivot, in the subject's space, as `plugin/asset` defines it. */
  readonly yaw: number;
  /** Radians. */
  readonly pitch: number;
  /** Index into `extension.views` of the view with the greatest weight. */
  readonly view: number;
  /** True where the camera's yaw lies beyond the stored views: the last one is held, and the quad turns no further. */
  readonly outside: boolean;
}

const impostors = new WeakMap<Node, Impostor>();

/**
 * A character drawn from stored views. A quad about the pivot turns with whichever camera is drawing, about the
 * subject's vertical axis only, and shows the stored views nearest in yaw, blended. Place, turn and scale `node`; several
 * cameras, viewports and render targets each see the view that is theirs.
 *
 * Seen from beyond the stored range, the quad stays where the last view stood, like a cut-out. Seen from behind, the
 * picture is turned round rather than mirrored.
 *
 * Colours reach the screen as the bytes that are stored, without light, tone mapping or image processing. Where the scene
 * applies image processing in a post-process, linear light is handed to it, as Babylon's own materials do.
 */
export class Impostor {
  readonly scene: Scene;
  readonly name: string;
  readonly extension: ImpostorExtension;
  /** Carries the character. */
  readonly node: TransformNode;
  /** The quad. Its rotation and scaling belong to the impostor. */
  readonly mesh: Mesh;
  /** The views' depth as codes in red and green (`extension.depth`); null where the character has none. */
  readonly depthTexture: BaseTexture | null;
  /** Another view has the greatest weight for a camera. */
  readonly onViewChangedObservable: Observable<ImpostorState> = new Observable();
  /** A camera has left the stored range, or come back into it. */
  readonly onRangeChangedObservable: Observable<ImpostorState> = new Observable();
  readonly onDisposeObservable: Observable<Impostor> = new Observable();

  private readonly material: ImpostorMaterial;
  private readonly atlas: BaseTexture;
  private readonly ownsNode: boolean;
  private readonly cameraObserver: Observer<Camera>;
  private readonly states: WeakMap<Camera, ImpostorState> = new WeakMap();
  private aimedAt: Camera | null = null;
  private disposed = false;

  constructor(scene: Scene, options: ImpostorOptions) {
    const { extension, atlas, depth = null, node, name = node?.name ?? 'impostor' } = options;
    this.scene = scene;
    this.name = name;
    this.extension = extension;
    this.atlas = atlas;
    this.depthTexture = depth;
    this.ownsNode = node === undefined;
    this.node = node ?? new TransformNode(name, scene);
    this.material = new ImpostorMaterial(`${name}.material`, scene, extension, atlas);
    this.mesh = createImpostorQuad(scene, `${name}.quad`, extension.frame);
    this.mesh.parent = this.node;
    this.mesh.material = this.material;
    this.mesh.position.set(...extension.pivot);
    impostors.set(this.node, this);
    impostors.set(this.mesh, this);
    // Observers may dispose things, so they are told before anything is drawn for the camera. A render target with a
    // camera of its own goes without that notice; the quad is turned for it when the mesh is drawn.
    this.cameraObserver = scene.onBeforeCameraRenderObservable.add((camera) => this.follow(camera));
    this.mesh.onBeforeRenderObservable.add(() => {
      const camera = scene.activeCamera;
      if (camera && camera !== this.aimedAt) this.aim(camera);
    });
    this.mesh.onDisposeObservable.add(() => this.dispose());
  }

  /** The impostor that a node or quad belongs to. */
  static FromNode(node: Node): Impostor | null {
    return impostors.get(node) ?? null;
  }

  /** How a camera saw the impostor when it last drew; null before. */
  stateFor(camera: Camera): ImpostorState | null {
    return this.states.get(camera) ?? null;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Frees the quad, its material, the atlases, all observers, and the node unless it was given. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.cameraObserver.remove();
    this.mesh.dispose();
    this.material.dispose();
    this.atlas.dispose();
    this.depthTexture?.dispose();
    impostors.delete(this.node);
    impostors.delete(this.mesh);
    if (this.ownsNode) this.node.dispose();
    this.onDisposeObservable.notifyObservers(this);
    for (const observable of [
      this.onViewChangedObservable,
      this.onRangeChangedObservable,
      this.onDisposeObservable,
    ])
      observable.clear();
  }

  private follow(camera: Camera): void {
    if (!this.node.isEnabled()) return;
    const before = this.states.get(camera);
    const state = this.aim(camera);
    if (!state) return;
    this.states.set(camera, state);
    if (state.outside !== (before?.outside ?? false)) this.onRangeChangedObservable.notifyObservers(state);
    if (state.view !== before?.view) this.onViewChangedObservable.notifyObservers(state);
  }

  /** Turns the quad to a camera and sets its views. */
  private aim(camera: Camera): ImpostorState | null {
    const { extension, mesh } = this;
    this.aimedAt = camera;
    const seen = subjectDirection(this.node, extension.pivot, camera);
    if (!seen) return null;
    const [x, y, z] = seen.direction;
    const angles = viewAngles(seen.direction);
    // Straight above or below, no yaw is better than the last.
    const upright = Math.hypot(x, z) > 1e-6 * Math.abs(y);
    const yaw = upright ? angles.yaw : (this.states.get(camera)?.yaw ?? 0);
    const selection = selectViews(extension.views, yaw, angles.pitch);
    const behind = Math.cos(yaw - selection.yaw) < 0;
    mesh.rotation.y = -seen.handedness * (behind ? selection.yaw + Math.PI : selection.yaw);
    mesh.scaling.x = seen.handedness;
    mesh.computeWorldMatrix(true);
    this.material.showViews(selection.samples, mesh.visibility);
    return { camera, yaw, pitch: angles.pitch, view: heaviest(selection), outside: selection.outside };
  }
}

function heaviest({ samples }: ViewSelection): number {
  return samples.reduce((best, sample) => (sample.weight > best.weight ? sample : best)).index;
}
