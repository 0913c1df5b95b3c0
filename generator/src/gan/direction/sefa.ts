import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type LayerRange, largestEntryPositive } from '../latents/index.ts';
import type { StyleGan2Weights } from '../weights.ts';
import { DirectionError } from './errors.ts';
import type { StyleWeights } from './types.ts';

/** The style maps of a network's convolutions with the tokens that drive them; RGB layers are left out, as in SeFa. */
export function styleWeights({ blocks }: StyleGan2Weights): StyleWeights[] {
  return blocks.flatMap(({ conv0, conv1 }, k) => [
    ...(conv0 ? [{ layer: 2 * k - 1, weight: conv0.affine.weight }] : []),
    { layer: 2 * k, weight: conv1.affine.weight },
  ]);
}

/**
 * SeFa (Shen and Zhou 2021): the directions of W that change the styles of some layers most, eigenvectors of Σ a·aᵀ
 * over the rows a of the layers' style maps, each scaled to unit length.
 * @param dim   D
 * @param count how many, those of the largest eigenvalues
 * @returns unit vectors f32 [D], largest first; signs as those of `computePca`
 */
export function sefaVectors(
  styles: readonly StyleWeights[],
  { from, to }: LayerRange,
  dim: number,
  count: number,
): Float32Array[] {
  const sums = new Float64Array(dim * dim);
  for (const { layer, weight } of styles) {
    if (weight.shape[1] !== dim)
      throw new DirectionError(
        'direction-input',
        `styles: expected maps of [I,${dim}], got [${weight.shape.join(',')}] at layer ${layer}`,
      );
    if (layer >= from && layer < to) addRows(sums, weight.data, dim);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(dim, dim, sums),
    { assumeSymmetric: true },
  );
  return realEigenvalues
    .map((_, k) => k)
    .sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
    .slice(0, count)
    .map((k) => Float32Array.from(largestEntryPositive(eigenvectorMatrix.getColumn(k))));
}

/** Adds a·aᵀ/|a|² for each row a. */
function addRows(sums: Float64Array, rows: Float32Array, dim: number): void {
  for (let start = 0; start < rows.length; start += dim) {
    let square = 0;
    for (let i = 0; i < dim; i++) square += rows[start + i]! ** 2;
    if (square === 0) continue;
    for (let i = 0; i < dim; i++) {
      const x = rows[start + i]! / square;
      for (let j = 0; j < dim; j++) sums[i * dim + j]! += x * rows[start + j]!;
    }
  }
}
