import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { radians, type ViewSelection } from '../asset/index.ts';
import { findAnchors } from '../impostor/anchors.ts';
import { Impostor, type ImpostorLook } from '../impostor/index.ts';
import { screenHeight } from '../impostor/march-camera.ts';
import { PathFollower } from './camera-path.ts';
import { LiveError } from './errors.ts';
import { LiveAtlas } from './live-atlas.ts';
import { editOf, extensionOf } from './live-extension.ts';
import type { LiveFace } from './live-face.ts';
import { LiveModel, type LiveModelOptions, type ViewClient } from './live-model.ts';
import { RESTED, ViewCache } from './view-cache.ts';
import type { MadeView, ViewRequest } from './view-maker.ts';

export interface LiveImpostorOptions
  extends ImpostorLook,
    Partial<LiveFace>,
    Omit<LiveModelOptions, 'model'> {
  /** Address of a model's folder, or a model that others use as well. */
  readonly model: string | LiveModel;
  /** Views that are kept (12). */
  readonly views?: number;
  /** Degrees between views that are made ahead of the camera (10). */
  readonly spacing?: number;
}

const TRUNCATION = 0.8;

/**
 * A character that no file holds: its views are made in the browser while it is looked at, the next ones before the camera gets
 * there. Until a view is there the nearest ones are warped in its place; no frame waits.
 *
 * What `Impostor` has it has; it throws no shadow and cannot join a crowd, for it has no shape but its views.
 */
export class LiveImpostor extends Impostor implements ViewClient {
  readonly model: LiveModel;
  /** Another face is shown. */
  readonly onFaceChangedObservable: Observable<LiveFace> = new Observable();
  private readonly atlas: LiveAtlas;
  private readonly cache: ViewCache;
  private readonly path = new PathFollower();
  private readonly ownsModel: boolean;
  private readonly frameObservers: Observer<Scene>[];
  private readonly stateObserver: { remove(): void };
  /** What is asked for, and what is shown: versions of the face. */
  private asked: { readonly face: LiveFace; readonly version: number; w: Float32Array; edit: Float32Array };
  private shownVersion = -1;
  private version = 0;
  /** Made, and not yet written. */
  private arrived: {
    readonly view: MadeView;
    readonly request: ViewRequest;
    readonly version: number;
  } | null = null;
  private requested: { readonly request: ViewRequest; readonly version: number } | null = null;
  /** Of the last frame: cells in use, and pixels that it is high. */
  private onScreen = new Set<number>();
  private pixels = 0;
  private readonly waiting = new Set<() => void>();

  private constructor(
    scene: Scene,
    model: LiveModel,
    ownsModel: boolean,
    options: LiveImpostorOptions,
    asked: { face: LiveFace; w: Float32Array; edit: Float32Array },
  ) {
    const { manifest } = model;
    const { views = 12, spacing = 10 } = options;
    const atlas = new LiveAtlas(scene, views, manifest.resolution, manifest.depthRange, model.isZeroCopy);
    const cache = new ViewCache({ cells: views, range: manifest.range, spacing: radians(spacing) });
    const extension = extensionOf(manifest, atlas, cache, asked.face);
    super(scene, {
      ...options,
      extension,
      relief: {
        colour: atlas.colour,
        relief: atlas.relief,
        range: atlas.range,
        anchors: findAnchors(extension, null),
        bytes: null,
      },
      range: manifest.range,
    });
    this.model = model;
    this.ownsModel = ownsModel;
    this.atlas = atlas;
    this.cache = cache;
    this.asked = { ...asked, version: this.version };
    this.frameObservers = [
      scene.onBeforeRenderObservable.add(() => this.beforeFrame()),
      scene.onAfterRenderObservable.add(() => model.pump()),
    ];
    this.stateObserver = scene.getEngine().onContextRestoredObservable.add(() => {
      // Textures that shaders or uploads have filled come back empty.
      this.cache.clear();
      this.drop();
      this.mesh.setEnabled(false);
    });
    this.mesh.setEnabled(false);
    this.onDisposeObservable.addOnce(() => this.leave());
    model.join(this);
    model.pump();
  }

  /**
   * Makes a character live; resolves when its first view can be shown.
   * @throws LiveError as `LiveModel.loadAsync`; `disposed` where scene or model go first
   */
  static async createAsync(scene: Scene, options: LiveImpostorOptions): Promise<LiveImpostor> {
    const { model: given, seed = 0, truncation = TRUNCATION, edits = {} } = options;
    const model =
      typeof given === 'string'
        ? await LiveModel.loadAsync(scene.getEngine(), { ...options, model: given })
        : given;
    const owned = given !== model;
    try {
      const face = { seed, truncation, edits };
      const edit = editOf(model.manifest, edits);
      const w = await model.faceOf(seed, truncation);
      if (scene.isDisposed || model.state === 'disposed')
        throw new LiveError('disposed', 'live: scene or model have been disposed of');
      const made = new LiveImpostor(scene, model, owned, options, { face, w, edit });
      await made.shown(0);
      return made;
    } catch (error) {
      if (owned) await model.dispose();
      throw error;
    }
  }

  /** Who is asked for; shown as soon as a view of theirs is there. */
  get face(): LiveFace {
    return this.asked.face;
  }

  /** Views that are kept now. */
  get viewCount(): number {
    return this.cache.views.length;
  }

  /** Whether the camera rests and all views are there that it asks for; the last may still be fading in. */
  get isComplete(): boolean {
    const { yaw, resting } = this.path.current;
    const exact = this.shownVersion === this.version && this.cache.has(yaw);
    return exact && resting > RESTED && !this.arrived && this.wanted() === null;
  }

  /**
   * Makes it another one, or the same one changed; the former stays until a view of the new one is there.
   * @returns when that is shown, or another change has come
   */
  async changeAsync(change: Partial<LiveFace>): Promise<void> {
    const face = { ...this.asked.face, ...change };
    const edit = editOf(this.model.manifest, face.edits);
    const version = ++this.version;
    const { seed, truncation } = this.asked.face;
    const alike = seed === face.seed && truncation === face.truncation;
    const w = alike ? this.asked.w : await this.model.faceOf(face.seed, face.truncation);
    if (this.isDisposed || version !== this.version) return;
    this.asked = { face, version, w, edit };
    this.model.pump();
    await this.shown(version);
  }

  /** @internal of `ViewClient` */
  urgency(): number {
    if (this.isDisposed || this.arrived || !this.node.isEnabled()) return 0;
    const nothing = this.shownVersion !== this.asked.version;
    if (!nothing && this.wanted() === null) return 0;
    return (this.pixels + 1) * (nothing ? 10 : 1);
  }

  /** @internal of `ViewClient` */
  next(): ViewRequest | null {
    const { w, edit, version } = this.asked;
    const yaw = this.wanted();
    if (yaw === null) return null;
    const request = { w, edit, yaw };
    this.requested = { request, version };
    return request;
  }

  /** @internal of `ViewClient` */
  take(view: MadeView, request: ViewRequest): void {
    const version = this.requested?.request === request ? this.requested.version : -1;
    this.drop();
    // A view of a face that has been replaced since is better than one of the face before.
    if (version < this.shownVersion || this.isDisposed) view.release();
    else this.arrived = { view, request, version };
  }

  protected override select(yaw: number, pitch: number): ViewSelection {
    const samples = this.cache.select(yaw, now());
    for (const { index } of samples) this.onScreen.add(this.cache.views[index]!.cell);
    return { samples: samples.length > 0 ? samples : super.select(yaw, pitch).samples, yaw, outside: false };
  }

  private wanted(): number | null {
    if (this.shownVersion !== this.asked.version) return this.path.current.yaw;
    return this.cache.wanted(this.path.current, this.onScreen);
  }

  /** Writes what has come, and looks where the cameras are. */
  private beforeFrame(): void {
    const { scene } = this;
    this.place();
    const cameras: readonly Camera[] = scene.activeCameras?.length
      ? scene.activeCameras
      : [scene.activeCamera!];
    this.pixels = 0;
    for (const [k, camera] of cameras.entries()) {
      const state = camera && this.stateFor(camera);
      // The first camera is the one that views are made for.
      if (k === 0 && state) this.path.move(state.shownYaw, now());
      if (camera?.isInFrustum(this.mesh))
        this.pixels = Math.max(this.pixels, screenHeight(this.node, this.extension, camera));
    }
    this.onScreen = new Set();
  }

  private place(): void {
    const { arrived, cache } = this;
    if (!arrived) return;
    const { view, request, version } = arrived;
    if (version !== this.shownVersion) cache.clear();
    const cell = cache.cellFor(request.yaw, this.path.current, this.onScreen);
    if (cell !== null && !view.write(this.atlas, cell)) return;
    this.drop();
    if (cell === null) return;
    cache.put(request.yaw, cell, now());
    this.mesh.setEnabled(true);
    if (version === this.shownVersion) return;
    this.shownVersion = version;
    this.onFaceChangedObservable.notifyObservers(this.asked.face);
    for (const resolve of this.waiting) resolve();
  }

  private drop(): void {
    this.arrived?.view.release();
    this.arrived = null;
  }

  /** Resolves once a version of the face, or a later one, is shown. */
  private async shown(version: number): Promise<void> {
    while (!this.isDisposed && this.shownVersion < version) {
      await new Promise<void>((resolve, reject) => {
        const done = (error?: LiveError): void => {
          this.waiting.delete(done);
          failed.remove();
          ended.remove();
          if (error) reject(error);
          else resolve();
        };
        const failed = this.model.onErrorObservable.add((error) => done(error));
        const ended = this.model.onStateChangedObservable.add((state) => {
          if (state === 'disposed') done(new LiveError('disposed', 'live: the model has been disposed of'));
        });
        this.waiting.add(done);
      });
    }
    if (this.isDisposed) throw new LiveError('disposed', 'live: the character has been disposed of');
  }

  private leave(): void {
    this.model.leave(this);
    for (const observer of this.frameObservers) observer.remove();
    this.stateObserver.remove();
    this.drop();
    for (const resolve of this.waiting) resolve();
    this.onFaceChangedObservable.clear();
    if (this.ownsModel) void this.model.dispose();
  }
}

const now = (): number => performance.now() / 1000;
