/** Runs a live model away from the page's thread: frames go on while a view is made. */
import {
  drawFeeds,
  type LiveSessions,
  mapLatent,
  ORT_MODULES,
  type OrtModule,
  openSessions,
} from './live-sessions.ts';
import { type PackedView, packView } from './pack-view.ts';
import type { LiveBackend, LiveBytes, LiveSizes, ViewRequest } from './view-maker.ts';

/** What the page says. */
export type WorkerRequest =
  | {
      readonly kind: 'open';
      /** Address of ONNX Runtime's files, with a slash at the end. */
      readonly ort: string;
      readonly backend: LiveBackend;
      /** Of the processor; more than 1 needs an isolated page. */
      readonly threads: number;
      readonly model: LiveBytes;
    }
  | { readonly kind: 'map'; readonly z: Float32Array }
  | { readonly kind: 'draw'; readonly request: ViewRequest };

/** What it is told; in the order of its requests. */
export type WorkerAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'mapped'; readonly w: Float32Array }
  | { readonly kind: 'drawn'; readonly view: PackedView }
  | { readonly kind: 'failed'; readonly message: string };

let ort: OrtModule;
let sessions: LiveSessions;
let sizes: LiveSizes;

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.kind === 'open') {
    await open(request);
    return { kind: 'opened' };
  }
  if (request.kind === 'map') return { kind: 'mapped', w: await mapLatent(ort, sessions, request.z) };
  const { image, alpha, depth } = await sessions.live.run(drawFeeds(ort, sizes, request.request));
  const floats = (tensor: typeof image): Float32Array => tensor!.data as Float32Array;
  const drawn = { image: floats(image), alpha: floats(alpha), depth: floats(depth) };
  return { kind: 'drawn', view: packView(drawn, sizes.resolution, sizes.range) };
}

async function open({
  ort: address,
  backend,
  threads,
  model,
}: Extract<WorkerRequest, { kind: 'open' }>): Promise<void> {
  ort = (await import(/* @vite-ignore */ `${address}${ORT_MODULES[backend]}`)) as OrtModule;
  ort.env.wasm.wasmPaths = address;
  ort.env.wasm.numThreads = threads;
  sizes = model.sizes;
  sessions = await openSessions(ort, model, backend);
}

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  answer(data).then(
    (said) => {
      const bytes = said.kind === 'drawn' ? [said.view.colour.buffer, said.view.relief.buffer] : [];
      self.postMessage(said, { transfer: bytes as Transferable[] });
    },
    (error: unknown) => self.postMessage({ kind: 'failed', message: String(error) } satisfies WorkerAnswer),
  );
};
