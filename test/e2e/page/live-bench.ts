/** What a live character costs: a view, its parts, its upload, and frames while views are made. */
import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { LiveImpostor, LiveModel } from '@turnaround/plugin/live';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import type * as Ort from 'onnxruntime-web';
import { LiveAtlas } from '../../../plugin/src/live/live-atlas.ts';
import { packView } from '../../../plugin/src/live/pack-view.ts';
import { base64 } from './pixels.ts';
import { currentScene } from './stage.ts';

/** Sizes of a graph's inputs, by name. */
export type InputShapes = Readonly<Record<string, readonly number[]>>;

const ORT = 'ort/';

async function openOrt(backend: 'wasm' | 'webgpu'): Promise<typeof Ort> {
  const address = new URL(ORT, document.baseURI).href;
  const ort = (await import(/* @vite-ignore */ `${address}ort.${backend}.min.mjs`)) as typeof Ort;
  ort.env.wasm.wasmPaths = address;
  ort.env.wasm.numThreads = 1;
  return ort;
}

/** Milliseconds of graphs, run one after the other on one thread; each round all of them. */
export async function graphTimes(
  backend: 'wasm' | 'webgpu',
  graphs: readonly { url: string; inputs: InputShapes }[],
  rounds: number,
): Promise<number[][]> {
  const ort = await openOrt(backend);
  const opened = [];
  for (const { url, inputs } of graphs) {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const session = await ort.InferenceSession.create(bytes, { executionProviders: [backend] });
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => {
        const data = Float32Array.from(
          { length: shape.reduce((a, b) => a * b, 1) },
          (_, k) => 0.3 * Math.sin(k),
        );
        return [name, new ort.Tensor('float32', data, shape)];
      }),
    );
    // The first run compiles.
    await session.run(feeds);
    opened.push({ session, feeds });
  }
  const times: number[][] = opened.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [k, { session, feeds }] of opened.entries()) {
      const start = performance.now();
      const outputs = await session.run(feeds);
      for (const tensor of Object.values(outputs)) await tensor.getData();
      times[k]!.push(performance.now() - start);
    }
  for (const { session } of opened) await session.release();
  return times;
}

/** An input's numbers and its shape. */
export interface GraphInput {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

/** What a graph says of its inputs, by output. */
export async function graphOutputs(
  backend: 'wasm' | 'webgpu',
  url: string,
  inputs: Readonly<Record<string, GraphInput>>,
): Promise<Record<string, number[]>> {
  const ort = await openOrt(backend);
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, { executionProviders: [backend] });
  const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [
    name,
    new ort.Tensor('float32', Float32Array.from(data), shape),
  ]);
  const outputs = await session.run(Object.fromEntries(feeds) as Record<string, Ort.Tensor>);
  const numbers: Record<string, number[]> = {};
  for (const [name, tensor] of Object.entries(outputs))
    numbers[name] = Array.from((await tensor.getData()) as Float32Array);
  await session.release();
  return numbers;
}

/** Milliseconds of packing a view in the worker, and of handing it to the GPU on the page's thread. */
export function uploadTimes(side: number, rounds: number): { pack: number[]; upload: number[] } {
  const atlas = new LiveAtlas(currentScene(), 12, side, { near: 0.88, far: 1.12 }, false);
  const size = side * side;
  const drawn = {
    image: Float32Array.from({ length: 3 * size }, (_, k) => Math.sin(k)),
    alpha: Float32Array.from({ length: size }, (_, k) =>
      Math.hypot((k % side) - side / 2, k / side - side / 2) < side / 3 ? 1 : 0,
    ),
    depth: new Float32Array(size).fill(1),
  };
  const [pack, upload]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    let start = performance.now();
    const packed = packView(drawn, side, atlas.range);
    pack.push(performance.now() - start);
    start = performance.now();
    atlas.upload(round % 12, packed);
    upload.push(performance.now() - start);
  }
  atlas.colour.dispose();
  atlas.relief.dispose();
  return { pack, upload };
}

/** Frames of a scene. */
export interface FrameTimes {
  /** Milliseconds of `scene.render()` and of what comes from the worker, of each. */
  readonly milliseconds: number[];
  /** Of the frames, during an inference. */
  readonly busy: number;
  readonly made: number;
}

/** Renders frames with a camera that swings about a character: a stored one's file, or a live model's folder. */
export async function frameTimes(kind: 'stored' | 'live', url: string, frames: number): Promise<FrameTimes> {
  const scene = currentScene();
  const engine = scene.getEngine();
  const camera = new TargetCamera('camera', new Vector3(0, 0.15, 1.35), scene);
  camera.minZ = 0.05;
  let [told, made, frame, busy] = [0, 0, -WARM_UP, 0];
  let model: LiveModel | null = null;
  let step: (() => void) | null = null;
  engine.runRenderLoop(() => (step ? step() : scene.render()));
  if (kind === 'live') {
    model = await LiveModel.loadAsync(engine, { model: url, ort: ORT, backend: 'wasm', threads: 1 });
    model.onViewMadeObservable.add(() => {
      made++;
    });
    // So few views that new ones are wanted all the way.
    await LiveImpostor.createAsync(scene, { model, seed: 3, views: 5 });
  } else await (await loadImpostorAsync(url, scene)).whenReadyAsync();
  await scene.whenReadyAsync();
  const milliseconds: number[] = [];
  await new Promise<void>((resolve) => {
    step = () => {
      const angle = 0.9 * Math.sin(0.02 * frame);
      camera.position.set(1.35 * Math.sin(angle), 0.15, 1.35 * Math.cos(angle));
      camera.setTarget(new Vector3(0, 0.15, 0));
      const during = model?.isBusy ?? false;
      const start = performance.now();
      scene.render();
      const took = performance.now() - start + told;
      told = 0;
      if (frame >= 0) {
        milliseconds.push(took);
        if (during) busy++;
      }
      if (frame === 0) made = 0;
      if (++frame === frames) resolve();
    };
  });
  engine.stopRenderLoop();
  await model?.dispose();
  return { milliseconds, busy, made };
}
const WARM_UP = 60;

/** A view of a live model as its own worker makes it, where the camera looks: RGBA8 premultiplied, base64. */
export async function drawnCell(url: string, seed: number, yaw: number): Promise<string> {
  const scene = currentScene();
  const model = await LiveModel.loadAsync(scene.getEngine(), {
    model: url,
    ort: ORT,
    backend: 'wasm',
    threads: 1,
  });
  const { layers, wDim, resolution, depthRange } = model.manifest;
  const w = await model.faceOf(seed, 0.8);
  const view = await model.drawAsync({ w, edit: new Float32Array(layers * wDim), yaw });
  const atlas = new LiveAtlas(scene, 1, resolution, depthRange, model.isZeroCopy);
  view.write(atlas, 0);
  const bytes = (await atlas.colour.readPixels())!;
  await model.dispose();
  return base64(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
