import { readFileSync } from 'node:fs';
import { readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import type {
  DirectionInput,
  DirectionOptions,
  YawDirection,
} from '../../../generator/src/gan/direction/index.ts';
import type { StyleGan2Weights } from '../../../generator/src/gan/index.ts';
import {
  broadcastToLayers,
  edit,
  truncate,
  withoutComponent,
} from '../../../generator/src/gan/latents/index.ts';
import { portraits } from '../../shared.ts';
import { openSynthesis } from './direction-network.ts';

/** The search with fewer candidates and subjects, to be done in seconds. */
export const FEW: Partial<DirectionOptions> = {
  vectors: 4,
  previewSubjects: 3,
  finalists: 6,
  subjects: 8,
  describeSubjects: 16,
};

/** Subjects that the search did not see. */
export const OTHERS = { from: 100, count: 6 };

export const checkpoint = (name: string): StyleGan2Weights =>
  readCheckpoint(new Uint8Array(readFileSync(portraits(name))));

/** Pictures of the other subjects at some x about the zero: one batch a subject. */
export async function sweeps(
  weights: StyleGan2Weights,
  { samples, pca, wAverage, layers }: DirectionInput,
  direction: YawDirection,
  steps: readonly number[],
): Promise<Float32Array[]> {
  const synthesize = await openSynthesis(weights, weights.resolution);
  const { dim, mean } = pca;
  const x = Float32Array.from(steps, (step) => direction.zero + step);
  const batches: Float32Array[] = [];
  for (let n = OTHERS.from; n < OTHERS.from + OTHERS.count; n++) {
    const w = truncate(samples.subarray(n * dim, (n + 1) * dim), wAverage, 0.8);
    const base = withoutComponent(w, mean, direction);
    const all = broadcastToLayers(base, dim, layers * steps.length);
    batches.push(await synthesize(edit(all, layers, direction.vector, x, direction.layers), steps.length));
  }
  return batches;
}
