import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.js';
import {
  type ImpostorExtension,
  radians,
  selectViews,
  type ViewRange,
  type ViewSelection,
  viewAngles,
} from '../asset/index.ts';
import type { MarchQuality } from '../synthesis/index.ts';
import type { Anchors } from './anchors.ts';
import { type BeyondRange, beyondBy, fadeOpacity, heldYaw, storedRange, turnAfter } from './beyond-range.ts';
import type { ChangingViews, ImpostorOptions } from './impostor-options.ts';
import type { ImpostorState } from './impostor-state.ts';
import { screenHeight } from './march-camera.ts';
import type { ImpostorDrawing } from './march-material.ts';
import { qualityForSize } from './quality-for-size.ts';
import type { ReliefTextures } from './relief-textures.ts';
import { subjectDirection } from './subject-direction.ts';
import { hideFromCameras } from './unseen.ts';
import { ViewPainter } from './view-painter.ts';
import { heaviest } from './view-uniforms.ts';

const impostors = new WeakMap<Node, Impostor>();

/**
 * A character drawn from stored views. A quad about the pivot turns with whichever camera is drawing and shows what lies
 * between the stored views nearest in yaw: marched through their depths, or, where the character has none, blended. Place,
 * turn and scale `node`; several cameras, viewports and render targets each see the view that is theirs.
 *
 * What cameras beyond the stored range see is `beyond`'s to say: never a hole, never a mirrored picture.
 *
 * No light falls on it: colours reach the screen as the bytes that are stored, through the scene's shadows if it is to receive
 * them, its fog and image processing where it has any. Where that is a post-process, linear light is handed to it, as Babylon's own materials do.
 */
export class Impostor {
  readonly scene: Scene;
  readonly name: string;
  readonly extension: ImpostorExtension;
  /** Carries the character. */
  readonly node: TransformNode;
  /** The quad. Its rotation and scaling belong to the impostor. */
  readonly mesh: Mesh;
  /**
   * The character's shape, where its file has one. No camera draws it: it is what rays pick, and what casts shadows
   * (`generator.addShadowCaster(impostor.solid)`).
   */
  readonly solid: Mesh | null;
  /** Another view has the greatest weight for a camera. */
  readonly onViewChangedObservable: Observable<ImpostorState> = new Observable();
  /** A camera has left the stored range, or come back into it. */
  readonly onRangeChangedObservable: Observable<ImpostorState> = new Observable();
  readonly onDisposeObservable: Observable<Impostor> = new Observable();

  /** May be changed at any time. */
  beyond: BeyondRange;
  turnRate: number;
  quality: MarchQuality | 'auto';
  /** What cameras see without a drawing of their own (`drawFor`). A character without depth is blended, whatever this says. */
  drawing: ImpostorDrawing = 'march';

  private readonly painter: ViewPainter;
  /** Null where views go all the way round. */
  private readonly range: ViewRange | null;
  /** Radians that a turning character has turned after cameras. */
  private facing = 0;
  private turnedInFrame = -1;
  private readonly ownsNode: boolean;
  private readonly cameraObserver: Observer<Camera>;
  private readonly states: WeakMap<Camera, ImpostorState> = new WeakMap();
  private readonly drawings: WeakMap<Camera, ImpostorDrawing> = new WeakMap();
  private aimedAt: Camera | null = null;
  private disposed = false;

  constructor(scene: Scene, options: ImpostorOptions | ChangingViews) {
    const { extension, node, name = node?.name ?? 'impostor' } = options;
    this.beyond = options.beyond ?? 'clamp';
    this.turnRate = options.turnRate ?? Math.PI;
    this.quality = options.quality ?? 'auto';
    this.range = 'range' in options ? options.range : storedRange(extension.views);
    this.scene = scene;
    this.name = name;
    this.extension = extension;
    this.ownsNode = node === undefined;
    this.node = node ?? new TransformNode(name, scene);
    this.solid = ('solid' in options && options.solid) || null;
    this.painter = new ViewPainter(name, this.node, extension, options, this.solid);
    this.mesh = this.painter.mesh;
    impostors.set(this.node, this);
    impostors.set(this.mesh, this);
    if (this.solid) this.carry(this.solid);
    // Observers may dispose things, so they are told before anything is drawn for the camera. A render target with a
    // camera of its own goes without that notice; the quad is turned for it when the mesh is drawn.
    this.cameraObserver = scene.onBeforeCameraRenderObservable.add((camera) => this.follow(camera));
    this.mesh.onBeforeRenderObservable.add(() => {
      const camera = scene.activeCamera;
      if (camera && camera !== this.aimedAt) this.aim(camera);
    });
    this.mesh.onDisposeObservable.add(() => this.dispose());
    void this.painter.prepared.then(() => {
      this.aimedAt = null;
    });
  }

  /** Whether views are marched between; before `whenReadyAsync`, and without depth, they are blended. */
  get isMarching(): boolean {
    return this.painter.isMarching;
  }

  /** Whether shadows of others fall on it (false); never its own, which are in its pictures. */
  get receiveShadows(): boolean {
    return this.mesh.receiveShadows;
  }

  set receiveShadows(receive: boolean) {
    this.mesh.receiveShadows = receive;
  }

  /** Resolves when the character is drawn as well as it will be. */
  async whenReadyAsync(): Promise<void> {
    await this.painter.prepared;
  }

  /**
   * The views' depth as the file holds it, codes in red and green (`extension.depth`); null where the character has none, and
   * once it marches: `relief` then has it.
   */
  get depthTexture(): BaseTexture | null {
    return this.painter.depthTexture;
  }

  /** What views are marched through; null until they are. */
  get relief(): ReliefTextures | null {
    return this.painter.relief;
  }

  /** Of the frame, which holds head and shoulders, in the units of the node's parent: metres where a scene counts in them. */
  get height(): number {
    return this.extension.frame[1] * this.node.scaling.y;
  }

  /** Scales the node evenly. */
  set height(height: number) {
    this.node.scaling.setAll(height / this.extension.frame[1]);
  }

  /** Places that the character can be attached by, in its node's space; the neck is seen once `whenReadyAsync` resolves. */
  get anchors(): Anchors {
    return this.painter.anchors;
  }

  /**
   * Hangs the character from a node, such as the neck of a body, that its face then looks along the +Z of.
   *
   * @param by      which of the character's places comes to lie on the node
   * @param offset  from there, in the node's space
   */
  attachTo(
    target: TransformNode,
    { by = 'neck', offset = Vector3.Zero() }: { readonly by?: keyof Anchors; readonly offset?: Vector3 } = {},
  ): void {
    const { node } = this;
    node.parent = target;
    node.rotationQuaternion = null;
    node.rotation.setAll(0);
    node.position = offset.subtract(Vector3.FromArray([...this.anchors[by]]).multiply(node.scaling));
  }

  /** The impostor that a node or quad belongs to. */
  static FromNode(node: Node): Impostor | null {
    return impostors.get(node) ?? null;
  }

  /** How a camera saw the impostor when it last drew; null before. */
  stateFor(camera: Camera): ImpostorState | null {
    return this.states.get(camera) ?? null;
  }

  /** Gives one camera a drawing of its own, such as a cross-fade beside the march; null: `drawing` again. */
  drawFor(camera: Camera, drawing: ImpostorDrawing | null): void {
    if (drawing) this.drawings.set(camera, drawing);
    else this.drawings.delete(camera);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** The quad's corners are no part of the character: the shape takes the picking over. */
  private carry(solid: Mesh): void {
    solid.parent = this.node;
    hideFromCameras(solid);
    this.mesh.isPickable = false;
    impostors.set(solid, this);
  }

  /** Frees the quad, the shape, the material, the atlases, all observers, and the node unless it was given. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.cameraObserver.remove();
    this.painter.dispose();
    this.solid?.dispose(false, true);
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
    const { extension } = this;
    this.aimedAt = camera;
    const seen = subjectDirection(this.node, extension.pivot, camera);
    if (!seen || extension.views.length === 0) return null;
    const [x, y, z] = seen.direction;
    const angles = viewAngles(seen.direction);
    // Straight above or below, no yaw is better than the last.
    const upright = Math.hypot(x, z) > 1e-6 * Math.abs(y);
    const yaw = upright ? angles.yaw : (this.states.get(camera)?.yaw ?? 0);
    const { shown, opacity, outside } = this.shownTo(yaw);
    const selection = this.select(shown, angles.pitch);
    const view = {
      angles: { yaw, pitch: angles.pitch },
      turned: yaw - shown,
      samples: selection.samples,
      opacity,
      handedness: seen.handedness,
    };
    const quality = this.quality === 'auto' ? this.qualityFor(camera) : this.quality;
    this.painter.show(camera, view, quality, this.drawings.get(camera) ?? this.drawing);
    const { samples } = selection;
    return { camera, yaw, pitch: angles.pitch, shownYaw: shown, view: heaviest(selection), samples, outside };
  }

  /** The views that a camera is shown, of `extension.views`. @param yaw within the range */
  protected select(yaw: number, pitch: number): ViewSelection {
    return selectViews(this.extension.views, yaw, pitch);
  }

  private qualityFor(camera: Camera): MarchQuality {
    const { extension, node } = this;
    const high = extension.views[0]?.rectangle[3] ?? 1;
    return qualityForSize(screenHeight(node, extension, camera) / high);
  }

  /** What a camera at this yaw is shown. */
  private shownTo(yaw: number): { shown: number; opacity: number; outside: boolean } {
    const { range, beyond, scene } = this;
    if (!range) return { shown: yaw, opacity: 1, outside: false };
    // The frame's first camera is the one that a character turns after.
    if (beyond === 'turn' && this.turnedInFrame !== scene.getFrameId()) {
      this.turnedInFrame = scene.getFrameId();
      const most = (this.turnRate * scene.getEngine().getDeltaTime()) / 1000;
      this.facing = turnAfter(this.facing, yaw, range, most);
    }
    const own = beyond === 'turn' ? yaw - this.facing : yaw;
    return {
      shown: heldYaw(own, range),
      opacity: beyond === 'fade' ? fadeOpacity(own, range) : 1,
      outside: beyondBy(own, range) > TOLERANCE,
    };
  }
}

/** Yaw this little beyond the last view still counts as the last view. */
const TOLERANCE = radians(1e-3);
