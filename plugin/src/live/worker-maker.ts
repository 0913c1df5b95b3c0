import { LiveError } from './errors.ts';
import type { LiveAtlas } from './live-atlas.ts';
import type { WorkerAnswer, WorkerRequest } from './live-worker.ts';
// Inside the module, for no bundler finds the worker of a package that another one has built.
import LiveWorker from './live-worker.ts?worker&inline';
import type { LiveBackend, LiveBytes, MadeView, ViewMaker, ViewRequest } from './view-maker.ts';

/** Opens a model in a worker; views come as bytes and are uploaded. */
export async function openWorkerMaker(
  model: LiveBytes,
  ort: string,
  backend: LiveBackend,
  threads: number,
): Promise<ViewMaker> {
  const worker = new LiveWorker({ name: 'turnaround live' });
  let waiting: { done(said: WorkerAnswer): void; fail(error: LiveError): void } | null = null;
  let gone: LiveError | null = null;
  const lose = (error: LiveError): void => {
    gone ??= error;
    waiting?.fail(error);
    waiting = null;
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    const asked = waiting;
    waiting = null;
    if (data.kind === 'failed') asked?.fail(new LiveError('inference', `live: ${data.message}`));
    else asked?.done(data);
  };
  worker.onerror = ({ message }) => lose(new LiveError('lost', `live: the worker has stopped: ${message}`));
  const ask = (request: WorkerRequest): Promise<WorkerAnswer> =>
    new Promise((done, fail) => {
      if (gone) return fail(gone);
      waiting = { done, fail };
      worker.postMessage(request);
    });
  try {
    await ask({ kind: 'open', ort, backend, threads, model });
    return new WorkerMaker(backend, ask, () => {
      worker.terminate();
      lose(new LiveError('disposed', 'live: the model has been disposed of'));
    });
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

class WorkerMaker implements ViewMaker {
  readonly backend: LiveBackend;
  readonly storage = false;
  private readonly ask: (request: WorkerRequest) => Promise<WorkerAnswer>;
  private readonly stop: () => void;

  constructor(
    backend: LiveBackend,
    ask: (request: WorkerRequest) => Promise<WorkerAnswer>,
    stop: () => void,
  ) {
    this.backend = backend;
    this.ask = ask;
    this.stop = stop;
  }

  async map(z: Float32Array): Promise<Float32Array> {
    const said = await this.ask({ kind: 'map', z });
    return (said as Extract<WorkerAnswer, { kind: 'mapped' }>).w;
  }

  async draw(request: ViewRequest): Promise<MadeView> {
    const said = await this.ask({ kind: 'draw', request });
    const { view } = said as Extract<WorkerAnswer, { kind: 'drawn' }>;
    return {
      write(atlas: LiveAtlas, cell: number) {
        atlas.upload(cell, view);
        return true;
      },
      release() {},
    };
  }

  async close(): Promise<void> {
    this.stop();
  }
}
