import { imageOfBatch, type Matte } from '../../impostor/index.ts';
import type { DepthNet } from '../calibrate/nets.ts';
import type { GanModel } from '../gan-model.ts';
import { blockMeans } from '../sweep.ts';

/** What a subject looks like from the front, as the losses of views take it. */
export interface SeenSource {
  /** f32 [3,S,S], RGB −1..1: G(w). */
  readonly image: Float32Array;
  /** f32 [S,S], 0..1. */
  readonly mask: Float32Array;
  /** f32 [S,S], by the depth net, pivot at 1. */
  readonly depth: Float32Array;
}

export interface SeenSourceTools {
  /** Cut at the depth net's size. */
  readonly network: GanModel;
  readonly matte: Matte;
  readonly depth: DepthNet;
}

/**
 * Draws a source and reads its mask and depth.
 * @param source f32 [L,D]
 * @param side   pixels of a side at which views are compared
 * @throws MatteError where the picture cannot be cut
 */
export async function seeSource(
  { network, matte, depth }: SeenSourceTools,
  source: Float32Array,
  side: number,
): Promise<SeenSource> {
  // The nets learned from 8-bit pictures, which go no farther.
  const drawn = (await network.synthesize(source, 1)).map((value) => Math.min(1, Math.max(-1, value)));
  const [mask] = await matte.cover([imageOfBatch(drawn, 0, network.side, network.side)]);
  return {
    image: blockMeans(drawn, network.side, side),
    mask: blockMeans(mask!, network.side, side),
    depth: blockMeans(await depth.depth(drawn, 1), network.side, side),
  };
}
