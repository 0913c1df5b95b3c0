import PQueue from 'p-queue';
import { PipelineError } from '../../pipeline/platform.ts';
import { Problem } from '../problem.ts';
import type { PreviewMaker, PreviewTask } from './preview-maker.ts';

/** Previews that may wait: nobody looks long at a slider that does nothing. */
const MOST_WAITING = 8;

/** Draws previews one at a time; those whose client has gone are never begun. */
export class PreviewQueue {
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #maker: PreviewMaker;

  constructor(maker: PreviewMaker) {
    this.#maker = maker;
  }

  /**
   * @returns the bytes of a `.glb`; null where the signal fired before it was begun
   * @throws Problem `too-many-previews`; `invalid` where the model cannot draw it
   */
  async make(task: PreviewTask, signal: AbortSignal): Promise<Uint8Array | null> {
    if (this.#queue.size >= MOST_WAITING)
      throw new Problem('too-many-previews', `previews: expected at most ${MOST_WAITING} that wait`, {
        headers: { 'Retry-After': '2' },
      });
    return this.#queue.add(async () => {
      if (signal.aborted) return null;
      try {
        return await this.#maker.make(task);
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        throw new Problem('invalid', `preview: ${error.message.replaceAll(task.folder, 'the model')}`);
      }
    });
  }

  async close(): Promise<void> {
    this.#queue.clear();
    await this.#maker.close();
  }
}
