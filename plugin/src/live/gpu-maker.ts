import { ComputeShader } from '@babylonjs/core/Compute/computeShader.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { UniformBuffer } from '@babylonjs/core/Materials/uniformBuffer.js';
import type * as Ort from 'onnxruntime-web';
import { bufferOf, deviceOf } from './babylon-device.ts';
import { LiveError } from './errors.ts';
import type { LiveAtlas } from './live-atlas.ts';
import {
  drawFeeds,
  type LiveSessions,
  mapLatent,
  ORT_MODULES,
  type OrtModule,
  openSessions,
} from './live-sessions.ts';
import source from './pack-view.wgsl?raw';
import type { LiveBytes, LiveSizes, MadeView, ViewMaker, ViewRequest } from './view-maker.ts';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.computeShader.js';

/** Opens a model on Babylon's own device: views go from network to texture without leaving the GPU. */
export async function openGpuMaker(
  engine: AbstractEngine,
  model: LiveBytes,
  address: string,
): Promise<ViewMaker> {
  const device = deviceOf(engine);
  const ort = (await import(/* @vite-ignore */ `${address}${ORT_MODULES.webgpu}`)) as OrtModule;
  ort.env.wasm.wasmPaths = address;
  const lost = device.lost.then(({ message }): never => {
    throw new LiveError('lost', `live: the device is lost: ${message}`);
  });
  lost.catch(() => {});
  const provider = { name: 'webgpu', device } as Ort.InferenceSession.ExecutionProviderConfig;
  const sessions = await inTurn(lost, () => openSessions(ort, model, provider, 'gpu-buffer'));
  return new GpuMaker(engine, ort, sessions, model.sizes, lost);
}

/** ONNX Runtime's WebGPU build waits inside its own calls, so that one must end before the next begins, whoever's it is. */
let last: Promise<unknown> = Promise.resolve();

/** @param lost rejects with the device, whose work never ends then */
function inTurn<T>(lost: Promise<never>, work: () => Promise<T>): Promise<T> {
  const start = (): Promise<T> => Promise.race([work(), lost]);
  const result = last.then(start, start);
  last = result.catch(() => {});
  return result;
}

/** Of the compute shader's workgroups, in pixels. */
const TILE = 8;

class GpuMaker implements ViewMaker {
  readonly backend = 'webgpu';
  readonly storage = true;
  private readonly engine: AbstractEngine;
  private readonly ort: OrtModule;
  private readonly sessions: LiveSessions;
  private readonly sizes: LiveSizes;
  private readonly lost: Promise<never>;
  private readonly shader: ComputeShader;
  private readonly place: UniformBuffer;
  private packedInFrame = -1;

  constructor(
    engine: AbstractEngine,
    ort: OrtModule,
    sessions: LiveSessions,
    sizes: LiveSizes,
    lost: Promise<never>,
  ) {
    this.engine = engine;
    this.ort = ort;
    this.sessions = sessions;
    this.sizes = sizes;
    this.lost = lost;
    const binding = (index: number) => ({ group: 0, binding: index });
    this.shader = new ComputeShader(
      'turnaroundPackView',
      engine,
      { computeSource: source },
      {
        bindingsMapping: {
          image: binding(0),
          alpha: binding(1),
          depth: binding(2),
          colour: binding(3),
          relief: binding(4),
          place: binding(5),
        },
      },
    );
    this.place = new UniformBuffer(engine, undefined, undefined, 'turnaroundPackView');
    this.place.addUniform('view', 4);
    this.place.addUniform('range', 4);
    this.shader.setUniformBuffer('place', this.place);
  }

  map(z: Float32Array): Promise<Float32Array> {
    return inTurn(this.lost, () => mapLatent(this.ort, this.sessions, z));
  }

  async draw(request: ViewRequest): Promise<MadeView> {
    const feeds = drawFeeds(this.ort, this.sizes, request);
    const outputs = await inTurn(this.lost, () => this.sessions.live.run(feeds));
    const free = (): void => {
      for (const tensor of Object.values(outputs)) tensor.dispose();
    };
    let written = false;
    return {
      write: (atlas, cell) => {
        for (const name of ['image', 'alpha', 'depth'])
          this.shader.setStorageBuffer(name, bufferOf(outputs[name]!));
        if (!this.pack(atlas, cell)) return false;
        written = true;
        // The commands that read the buffers are submitted with the frame.
        this.engine.onEndFrameObservable.addOnce(free);
        return true;
      },
      release() {
        if (!written) free();
      },
    };
  }

  async close(): Promise<void> {
    const { live, mapping } = this.sessions;
    await inTurn(this.lost, async () => {
      await live.release();
      await mapping.release();
    });
    this.place.dispose();
  }

  private pack(atlas: LiveAtlas, cell: number): boolean {
    const { engine, shader, place, sizes } = this;
    // All of a frame's dispatches would read the place of the last.
    if (this.packedInFrame === engine.frameId) return false;
    shader.setStorageTexture('colour', atlas.colour);
    shader.setStorageTexture('relief', atlas.relief);
    if (!shader.isReady()) return false;
    const [left, top] = atlas.corner(cell);
    place.updateFloat4('view', left, top, sizes.resolution, 0);
    place.updateFloat4('range', sizes.range.near, sizes.range.far, 0, 0);
    place.update();
    this.packedInFrame = engine.frameId;
    const groups = Math.ceil(sizes.resolution / TILE);
    return shader.dispatch(groups, groups, 1);
  }
}
