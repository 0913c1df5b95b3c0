import type { Tensor } from './values.ts';

export type CheckpointFormat = 'nvidia' | 'rosinality';

/** Where a file holds a weight that NVIDIA's code may name and shape otherwise. */
export interface WeightPlace {
  /** The file's own name, for messages. */
  readonly name: string;
  /** Null where the file has no such weight. */
  readonly tensor: Tensor | null;
  /** Axes of size 1 that the file has before NVIDIA's shape, and behind it. */
  readonly leading: number;
  readonly trailing: number;
}

/** A StyleGAN2 file, its weights asked for by NVIDIA's names (`synthesis.b8.conv0.weight`). */
export interface WeightSource {
  readonly format: CheckpointFormat;
  /** A power of two. */
  readonly resolution: number;
  readonly mappingLayers: number;
  readonly mappingLearningRate: number;
  readonly convClamp: number | null;
  /** Whether the layer `synthesis.b{r}.conv{i}` adds the file's constant noise. */
  usesNoise(layer: string): boolean;
  find(name: string): WeightPlace;
}
