import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Observable } from '@babylonjs/core/Misc/observable.js';
import { LIVE_HALF_FILE, type LiveManifest, seedToLatent } from '../asset/index.ts';
import { LiveError } from './errors.ts';
import { findPlace, networkFile } from './live-place.ts';
import { fetchModelFiles, type ModelProgress } from './model-files.ts';
import type { LiveBackend, LiveBytes, MadeView, ViewMaker, ViewRequest } from './view-maker.ts';
import { openWorkerMaker } from './worker-maker.ts';

export interface LiveModelOptions {
  /** Address of a folder with `live.json` (`turnaround export --live`). */
  readonly model: string;
  /** Address of ONNX Runtime's files, `onnxruntime-web/dist` (`ort/` beside the page). */
  readonly ort?: string;
  /**
   * `auto`: Babylon's own device where the engine is WebGPU; else a worker, on a GPU of its own where there is a fast one, or on
   * the processor.
   */
  readonly backend?: LiveBackend | 'auto';
  /** Whether to compute in half precision where the GPU can (`shader-f16`) and the model has a network for it (true). */
  readonly half?: boolean;
  /** Of the processor (all but one, at most 4; 1 where the page is not isolated). */
  readonly threads?: number;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * `running`; `paused` while the page is hidden; `lost` with a WebGL context until it is restored, or for good with a WebGPU device
 * or the worker; `disposed`.
 */
export type LiveState = 'running' | 'paused' | 'lost' | 'disposed';

/** Who wants a view, asked when there is time to make one. */
export interface ViewClient {
  /** 0: nothing wanted. */
  urgency(): number;
  /** The view to make now. */
  next(): ViewRequest | null;
  /** It has been made; the client writes or releases it. */
  take(view: MadeView, request: ViewRequest): void;
}

/** A generator that is open in this page, for any number of characters. One view is made at a time. */
export class LiveModel {
  readonly manifest: LiveManifest;
  readonly onStateChangedObservable: Observable<LiveState> = new Observable();
  /** A view could not be made; the next one is tried. */
  readonly onErrorObservable: Observable<LiveError> = new Observable();
  /** Milliseconds that a view took, of each. */
  readonly onViewMadeObservable: Observable<number> = new Observable();
  /** Whether views are computed in half precision. */
  readonly isHalf: boolean;
  /** Of the processor; 1 where networks run on a GPU. */
  readonly threads: number;
  private readonly engine: AbstractEngine;
  private readonly maker: ViewMaker;
  private readonly clients = new Set<ViewClient>();
  private current: LiveState = 'running';
  private underWay: Promise<unknown> | null = null;
  private readonly observers: { remove(): void }[] = [];

  private constructor(
    engine: AbstractEngine,
    manifest: LiveManifest,
    maker: ViewMaker,
    { isHalf, threads }: Pick<LiveModel, 'isHalf' | 'threads'>,
  ) {
    this.engine = engine;
    this.manifest = manifest;
    this.isHalf = isHalf;
    this.threads = threads;
    this.maker = maker;
    this.listen();
  }

  /**
   * Fetches a model and opens it.
   * @throws LiveError `offline`, `not-found`, `hash`, `manifest`, `aborted`, `unsupported`, `inference`
   */
  static async loadAsync(engine: AbstractEngine, options: LiveModelOptions): Promise<LiveModel> {
    const { backend: asked = 'auto', half = true, onProgress, signal } = options;
    const base = new URL(options.model, document.baseURI).href;
    const ort = new URL(options.ort ?? 'ort/', document.baseURI).href;
    const { backend, shared, half: canHalve } = await findPlace(engine, asked);
    const threads = threadCount(backend, options.threads);
    const { manifest, files } = await fetchModelFiles(base, {
      names: (described) => [networkFile(described, half && canHalve), 'mapping.onnx'],
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
    });
    const { zDim, wDim, layers, resolution } = manifest;
    const sizes = { zDim, wDim, layers, resolution, range: manifest.depthRange };
    const computed = files[LIVE_HALF_FILE];
    const model: LiveBytes = {
      live: computed ?? files['live.onnx']!,
      mapping: files['mapping.onnx']!,
      sizes,
    };
    const how = { isHalf: computed !== undefined, threads };
    if (shared) {
      const { openGpuMaker } = await import('./gpu-maker.ts');
      return new LiveModel(engine, manifest, await openGpuMaker(engine, model, ort), how);
    }
    return new LiveModel(engine, manifest, await openWorkerMaker(model, ort, backend, threads), how);
  }

  get backend(): LiveBackend {
    return this.maker.backend;
  }

  /** Whether views stay on the GPU from network to texture. */
  get isZeroCopy(): boolean {
    return this.maker.storage;
  }

  /** Whether a view is being made. */
  get isBusy(): boolean {
    return this.underWay !== null;
  }

  get state(): LiveState {
    return this.current;
  }

  /** A seed's face, as `generate` draws it. @returns f32 [D], truncated */
  async faceOf(seed: number, truncation: number): Promise<Float32Array> {
    const { zDim, wAverage } = this.manifest;
    const w = await this.alone(() => this.maker.map(Float32Array.from(seedToLatent(seed, zDim))));
    return w.map((value, k) => wAverage[k]! + truncation * (value - wAverage[k]!));
  }

  /** Makes a view when nothing else is being made; for one that belongs to no character. */
  drawAsync(request: ViewRequest): Promise<MadeView> {
    return this.alone(() => this.maker.draw(request));
  }

  join(client: ViewClient): void {
    this.clients.add(client);
  }

  leave(client: ViewClient): void {
    this.clients.delete(client);
  }

  /** Starts the most urgent view unless one is under way; characters call it every frame. */
  pump(): void {
    if (this.underWay || this.current !== 'running') return;
    let [most, chosen]: [number, ViewClient | null] = [0, null];
    for (const client of this.clients) {
      const urgency = client.urgency();
      if (urgency > most) [most, chosen] = [urgency, client];
    }
    const request = chosen?.next();
    if (!chosen || !request) return;
    void this.make(chosen, request);
  }

  /** Waits for the view that is under way, whose result is dropped. */
  async dispose(): Promise<void> {
    if (this.current === 'disposed') return;
    this.enter('disposed');
    this.clients.clear();
    for (const observer of this.observers) observer.remove();
    await this.maker.close().catch(() => {});
    for (const observable of [
      this.onStateChangedObservable,
      this.onErrorObservable,
      this.onViewMadeObservable,
    ])
      observable.clear();
  }

  private async make(client: ViewClient, request: ViewRequest): Promise<void> {
    const start = performance.now();
    const view = await this.alone(() => this.maker.draw(request)).catch((error: unknown) => {
      this.report(error);
      return null;
    });
    if (!view) return;
    if (this.current === 'disposed' || !this.clients.has(client)) return view.release();
    client.take(view, request);
    this.onViewMadeObservable.notifyObservers(performance.now() - start);
    this.pump();
  }

  /** Never two at a time. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.underWay) await this.underWay.catch(() => {});
    if (this.current === 'disposed') throw new LiveError('disposed', 'live: the model has been disposed of');
    if (this.current === 'lost') throw new LiveError('lost', 'live: the device is lost');
    const under = work();
    this.underWay = under;
    try {
      return await under;
    } finally {
      if (this.underWay === under) this.underWay = null;
    }
  }

  private report(error: unknown): void {
    if (this.current === 'disposed') return;
    const known = error instanceof LiveError ? error : new LiveError('inference', `live: ${String(error)}`);
    if (known.code === 'lost') this.enter('lost');
    this.onErrorObservable.notifyObservers(known);
    // An error that comes back every time must not keep the page busy.
    if (known.code === 'inference') {
      this.underWay = new Promise((resolve) => setTimeout(resolve, 1000)).then(() => {
        this.underWay = null;
      });
    }
  }

  private listen(): void {
    const { engine } = this;
    const hidden = (): void => {
      if (this.current === 'running' && document.hidden) this.enter('paused');
      else if (this.current === 'paused' && !document.hidden) this.enter('running');
    };
    document.addEventListener('visibilitychange', hidden);
    this.observers.push(
      { remove: () => document.removeEventListener('visibilitychange', hidden) },
      engine.onContextLostObservable.add(() => this.enter('lost')),
      engine.onContextRestoredObservable.add(() => this.restore()),
    );
    hidden();
  }

  /** Goes on after a lost context. A WebGPU device takes networks with it, and Babylon (9.28) draws nothing on the next. */
  private restore(): void {
    if (this.current !== 'lost' || this.maker.storage) return;
    this.enter(document.hidden ? 'paused' : 'running');
  }

  private enter(state: LiveState): void {
    if (this.current === 'disposed' || this.current === state) return;
    this.current = state;
    this.onStateChangedObservable.notifyObservers(state);
  }
}

let told = false;

/** Threads of the processor, which need an isolated page. */
function threadCount(backend: LiveBackend, asked: number | undefined): number {
  if (backend === 'webgpu') return 1;
  if (globalThis.crossOriginIsolated)
    return asked ?? Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
  if (!told && asked !== 1)
    Logger.Warn(
      'live: this page is not isolated (Cross-Origin-Opener-Policy: same-origin, Cross-Origin-Embedder-Policy: ' +
        'require-corp), so networks run on one thread of the processor',
    );
  told = true;
  return 1;
}
