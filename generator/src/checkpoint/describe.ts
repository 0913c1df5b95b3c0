import type { DenseWeights, StyleGan2Weights } from '../gan/weights.ts';
import { openCheckpoint } from './read.ts';
import type { CheckpointFormat } from './weight-source.ts';

/** A checkpoint in numbers. */
export interface CheckpointSummary {
  readonly format: CheckpointFormat;
  readonly resolution: number;
  readonly zDim: number;
  readonly wDim: number;
  /** Layers of the mapping network. */
  readonly mappingLayers: number;
  readonly mappingLearningRate: number;
  /** Latents w in a W+ latent. */
  readonly layers: number;
  /** Output channels of each synthesis block, from 4² up. */
  readonly channels: readonly number[];
  /** Trained parameters of the generator: buffers (noise, the average w) do not count. */
  readonly parameters: number;
  /** Whether the file holds the average w. */
  readonly wAverage: boolean;
  readonly convClamp: number | null;
  /** Whether the network adds constant noise. */
  readonly noise: boolean;
}

/**
 * Sums up a checkpoint. Reads all of it, so that what it describes is also known to be whole.
 *
 * @throws CheckpointError as readCheckpoint does
 */
export function describeCheckpoint(bytes: Uint8Array): CheckpointSummary {
  const { format, noise, weights } = openCheckpoint(bytes);
  return {
    format,
    resolution: weights.resolution,
    zDim: weights.zDim,
    wDim: weights.wDim,
    mappingLayers: weights.mapping.length,
    mappingLearningRate: weights.mappingLearningRate,
    layers: weights.layers,
    channels: weights.blocks.map((block) => block.conv1.bias.length),
    parameters: countParameters(weights, noise),
    wAverage: weights.wAverage !== null,
    convClamp: weights.convClamp,
    noise,
  };
}

function countParameters(weights: StyleGan2Weights, noise: boolean): number {
  const dense = ({ weight, bias }: DenseWeights) => weight.data.length + bias.length;
  let count = weights.constant.data.length;
  for (const layer of weights.mapping) count += dense(layer);
  for (const { conv0, conv1, toRgb } of weights.blocks) {
    for (const layer of conv0 ? [conv0, conv1, toRgb] : [conv1, toRgb])
      count += layer.weight.data.length + layer.bias.length + dense(layer.affine);
    if (noise) count += conv0 ? 2 : 1;
  }
  return count;
}
