import {
  broadcastToLayers,
  edit,
  type LatentDirection,
  type LayerRange,
  withoutComponent,
} from '../latents/index.ts';
import { type Pictures, splitPictures } from './pictures.ts';
import type { Cover, Synthesize } from './types.ts';

/** What draws the pictures of a sweep. */
export interface SweeperInput {
  readonly synthesize: Synthesize;
  /** Tokens of a W+ latent. */
  readonly layers: number;
  /** f32 [D], where x is 0. */
  readonly mean: Float32Array;
  /** Pictures a call of `synthesize`. */
  readonly batch: number;
  readonly signal: AbortSignal | null;
  /** Tells subjects from backdrops that are not of one colour; absent: by the corners' colour. */
  readonly cover?: Cover;
}

/** Draws subjects along a direction: w without its own component, moved by x on a range of layers. */
export class Sweeper {
  readonly count: number;
  readonly #input: SweeperInput;
  readonly #vector: Float32Array;
  readonly #range: LayerRange;
  /** f32 [n,L,D] */
  readonly #base: Float32Array;

  /** @param w f32 [n,D], truncated */
  constructor(input: SweeperInput, direction: LatentDirection, range: LayerRange, w: Float32Array) {
    const dim = input.mean.length;
    this.count = w.length / dim;
    this.#input = input;
    this.#vector = direction.vector;
    this.#range = range;
    this.#base = broadcastToLayers(withoutComponent(w, input.mean, direction), dim, input.layers);
  }

  /** A picture of each subject. @param x f32 [n], or one for all */
  async draw(x: number | Float32Array): Promise<Pictures> {
    const { synthesize, layers, batch, signal } = this.#input;
    const ws = edit(this.#base, layers, this.#vector, x, this.#range);
    const length = ws.length / this.count;
    const parts: Pictures[] = [];
    for (let start = 0; start < this.count; start += batch) {
      signal?.throwIfAborted();
      const n = Math.min(batch, this.count - start);
      parts.push(splitPictures(await synthesize(ws.subarray(start * length, (start + n) * length), n), n));
    }
    return { size: parts[0]!.size, images: parts.flatMap(({ images }) => images) };
  }
}
