import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { LatentError } from './errors.ts';

/** Principal components of W (GANSpace, Härkönen et al. 2020): w = mean + Σₖ cₖ·σₖ·eₖ, c with unit variance. */
export interface Pca {
  /** Length D of a latent. */
  readonly dim: number;
  /** f32 [D] */
  readonly mean: Float32Array;
  /** f32 [D], the standard deviations σ along the components, descending. */
  readonly deviations: Float32Array;
  /** f32 [D,D], one component eₖ a row, of unit length; its entry of largest magnitude is positive. */
  readonly components: Float32Array;
}

/**
 * Exact PCA: the full covariance and a symmetric eigensolver, both in double precision.
 * @param samples f32 [N,D], latents of W before truncation, N ≥ 2
 * @param dim     D
 * @throws LatentError where the samples are no whole number ≥ 2 of finite latents
 */
export function computePca(samples: Float32Array, dim: number): Pca {
  const count = samples.length / dim;
  if (!Number.isInteger(count) || count < 2)
    throw new LatentError(
      `pca: expected samples [N,${dim}] with N of at least 2, got ${samples.length} numbers`,
    );
  const mean = new Float64Array(dim);
  for (let i = 0; i < samples.length; i++) mean[i % dim]! += samples[i]! / count;
  if (!mean.every(Number.isFinite))
    throw new LatentError('pca: expected finite samples, got NaN or infinity');

  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance(samples, mean), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const deviations = Float32Array.from(order, (k) => Math.sqrt(Math.max(0, realEigenvalues[k]!)));
  const components = new Float32Array(dim * dim);
  order.forEach(
    (k, row) => void components.set(largestEntryPositive(eigenvectorMatrix.getColumn(k)), row * dim),
  );
  return { dim, mean: Float32Array.from(mean), deviations, components };
}

/** Component k of a PCA: f32 [D], a view. */
export function component({ dim, components }: Pca, k: number): Float32Array {
  return components.subarray(k * dim, (k + 1) * dim);
}

/** Σ (w − mean)(w − mean)ᵀ / (N − 1). */
function covariance(samples: Float32Array, mean: Float64Array): Matrix {
  const dim = mean.length;
  const sums = new Float64Array(dim * dim);
  const row = new Float64Array(dim);
  for (let start = 0; start < samples.length; start += dim) {
    for (let i = 0; i < dim; i++) row[i] = samples[start + i]! - mean[i]!;
    for (let i = 0; i < dim; i++) {
      const x = row[i]!;
      for (let j = i, k = i * dim + i; j < dim; j++, k++) sums[k]! += x * row[j]!;
    }
  }
  const scale = 1 / (samples.length / dim - 1);
  const result = Matrix.zeros(dim, dim);
  for (let i = 0; i < dim; i++)
    for (let j = i; j < dim; j++) {
      const value = sums[i * dim + j]! * scale;
      result.set(i, j, value);
      result.set(j, i, value);
    }
  return result;
}

/** The vector or its opposite: an eigensolver leaves the sign open, and files must not depend on it. */
export function largestEntryPositive(vector: readonly number[]): number[] {
  let largest = 0;
  for (const v of vector) if (Math.abs(v) > Math.abs(largest)) largest = v;
  return largest < 0 ? vector.map((v) => -v) : [...vector];
}
