import { float32, type Random, type TensorValue } from '../graph/index.ts';
import { noisyFeeds } from './batches.ts';
import type { PaperRefinerConfig } from './config.ts';
import type { RefinerShape } from './refiner-net.ts';

/** One subject and its pairs (w, ŵ). */
export interface PairedSubject {
  /** f32 [L,D]: w. */
  readonly source: Float32Array;
  /** f32 [S,S]: d_w, by the depth net, in its own unit. */
  readonly depth: Float32Array;
  /** ŵ of a pair: f32 [L,D]. @param pair 0 to one less than the count of the sweep's views */
  rotated(pair: number): Float32Array;
}

/** A random batch for `paperStep`: some subjects, some of each one's pairs, each at a time of its own. @param side S */
export function drawPaperBatch(
  subjects: readonly PairedSubject[],
  { batch, pairs, sampler }: PaperRefinerConfig,
  shape: RefinerShape,
  side: number,
  random: Random,
): Record<string, TensorValue> {
  const { layers, basis } = shape;
  const size = layers * basis.dim;
  const source = new Float32Array(batch.subjects * size);
  const depth = new Float32Array(batch.subjects * side * side);
  const rotated = new Float32Array(batch.subjects * batch.views * size);
  for (let b = 0; b < batch.subjects; b++) {
    const subject = subjects[random.integer(subjects.length)]!;
    source.set(subject.source, b * size);
    depth.set(subject.depth, b * side * side);
    for (let v = 0; v < batch.views; v++)
      rotated.set(subject.rotated(random.integer(pairs.views)), (b * batch.views + v) * size);
  }
  const turned = float32(rotated, [batch.subjects * batch.views, layers, basis.dim]);
  return {
    source: float32(source, [batch.subjects, layers, basis.dim]),
    sourceDepth: float32(depth, [batch.subjects, 1, side, side]),
    rotated: turned,
    ...noisyFeeds(turned, sampler, shape, random),
  };
}
