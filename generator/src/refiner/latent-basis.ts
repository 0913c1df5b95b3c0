import type { Pca } from '../gan/latents/index.ts';
import { add, type Graph, matMul, sub, type Value } from '../graph/index.ts';
import { RefinerError } from './errors.ts';

/**
 * Coordinates in which the refiner works: w = mean + Σₖ cₖσₖeₖ, c of about unit variance (refiner.md, the recipe, 2).
 * All components are there, so that nothing of a latent is lost on the way in and back.
 */
export interface LatentBasis {
  /** Length D of a latent. */
  readonly dim: number;
  /** f32 [D] */
  readonly mean: Float32Array;
  /** f32 [K,D], one component eₖ a row, orthonormal; K = D. */
  readonly components: Float32Array;
  /** f32 [K], σₖ, never under `LEAST_DEVIATION` of the largest. */
  readonly deviations: Float32Array;
}

/**
 * Least σ over the largest. Narrow components hardly change a picture; divided by their own σ they would be as loud as
 * the wide ones, and a correction of one unit would be nothing there. The recipe's .05 was measured where the widest
 * is about 3, and W's scale differs from GAN to GAN, so the floor follows it. On portraits-128 it lifts the last 103
 * of 256 (.0226 the least) to .049.
 */
export const LEAST_DEVIATION: number = 1 / 60;

/** The basis of a model's principal components. @throws RefinerError where they are not all there or all 0 */
export function latentBasis({ dim, mean, components, deviations }: Pca): LatentBasis {
  if (mean.length !== dim || deviations.length !== dim || components.length !== dim * dim)
    throw new RefinerError(
      `latent basis: expected a mean of ${dim}, ${dim} deviations and ${dim}×${dim} components, ` +
        `got ${mean.length}, ${deviations.length} and ${components.length} numbers`,
    );
  const floor = LEAST_DEVIATION * deviations.reduce((most, value) => Math.max(most, value), 0);
  if (!(floor > 0 && Number.isFinite(floor)))
    throw new RefinerError(`latent basis: expected a positive deviation, got ${deviations[0]} as the first`);
  return { dim, mean, components, deviations: deviations.map((value) => Math.max(value, floor)) };
}

/** Latents in whitened coordinates. @param ws f32 [N,L,D] @returns f32 [N,L,K] */
export function whiten(ws: Value, basis: LatentBasis): Value {
  const { graph } = ws;
  const { dim, components, deviations } = basis;
  const matrix = new Float32Array(dim * dim);
  for (let k = 0; k < dim; k++)
    for (let i = 0; i < dim; i++) matrix[i * dim + k] = components[k * dim + i]! / deviations[k]!;
  return matMul(sub(ws, meanOf(graph, basis)), graph.constant(matrix, [dim, dim], { name: 'basis.whiten' }));
}

/** A correction in whitened coordinates as one of W: Σₖ δₖσₖeₖ. @param delta f32 [N,L,K] @returns f32 [N,L,D] */
export function unwhitenDelta(delta: Value, basis: LatentBasis): Value {
  const { dim } = basis;
  return matMul(delta, delta.graph.constant(unwhitening(basis), [dim, dim], { name: 'basis.unwhiten' }));
}

/** Whitened coordinates as latents. @param coordinates f32 [N,L,K] @returns f32 [N,L,D] */
export function unwhiten(coordinates: Value, basis: LatentBasis): Value {
  return add(unwhitenDelta(coordinates, basis), meanOf(coordinates.graph, basis));
}

const meanOf = (graph: Graph, { dim, mean }: LatentBasis): Value =>
  graph.constant(mean, [1, 1, dim], { name: 'basis.mean' });

/** f32 [K,D], σₖeₖ a row. */
export function unwhitening({ dim, components, deviations }: LatentBasis): Float32Array {
  return components.map((value, i) => value * deviations[Math.floor(i / dim)]!);
}
