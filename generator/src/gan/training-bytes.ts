import type { SynthesisWeights } from './weights.ts';

/** How many tensors of a block's size are kept for the way back. */
const ACTIVATIONS = 12;

/**
 * About how many bytes a picture takes in a training step through the frozen synthesis network. A step of 24 pictures of
 * a network as wide as FFHQ's, cut at 128², with depth and losses peaks at 1.6 times as much (15.6 GB).
 * @param cutAt pixels of a side at which the network is cut
 */
export function trainingBytes({ blocks }: Pick<SynthesisWeights, 'blocks'>, cutAt: number): number {
  const numbers = blocks
    .filter(({ resolution }) => resolution <= cutAt)
    .reduce((sum, { resolution, conv1 }) => sum + conv1.weight.shape[0]! * resolution ** 2, 0);
  return 4 * ACTIVATIONS * numbers;
}
