import { TruthError } from './errors.ts';

/** Vectors of which those of one group belong together: a subject's views. */
export type FeatureGroups = readonly (readonly Float32Array[])[];

/** All vectors in rows, f32 [n,d]. */
interface Rows {
  readonly data: Float32Array;
  readonly count: number;
  readonly dim: number;
}

function rowsOf(vectors: readonly Float32Array[]): Rows {
  const dim = vectors[0]?.length ?? 0;
  const data = new Float32Array(vectors.length * dim);
  vectors.forEach((vector, k) => {
    if (vector.length !== dim)
      throw new TruthError(
        'data',
        `kernel distance: expected features of ${dim} numbers, got ${vector.length}`,
      );
    data.set(vector, k * dim);
  });
  return { data, count: vectors.length, dim };
}

/** (x·y/d + 1)³ of Bińkowski et al. (2018). */
function kernel(a: Rows, i: number, b: Rows, j: number): number {
  const { dim } = a;
  let product = 0;
  for (let k = 0; k < dim; k++) product += a.data[i * dim + k]! * b.data[j * dim + k]!;
  return (product / dim + 1) ** 3;
}

/** Mean of the kernel over all pairs of vectors of different groups. */
export function meanKernelWithin(groups: FeatureGroups): number {
  const rows = rowsOf(groups.flat());
  const group = groups.flatMap((members, g) => members.map(() => g));
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < rows.count; i++)
    for (let j = 0; j < i; j++) {
      if (group[i] === group[j]) continue;
      sum += kernel(rows, i, rows, j);
      pairs++;
    }
  if (pairs === 0)
    throw new TruthError('data', `kernel distance: expected at least 2 subjects, got ${groups.length}`);
  return sum / pairs;
}

/** Mean of the kernel over all pairs of one set with the other. */
export function meanKernelBetween(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const [rows, columns] = [rowsOf(a), rowsOf(b)];
  if (rows.count === 0 || rows.dim !== columns.dim)
    throw new TruthError(
      'data',
      `kernel distance: expected two sets of one width, got ${a.length} of ${rows.dim} and ${b.length} of ${columns.dim}`,
    );
  let sum = 0;
  for (let i = 0; i < rows.count; i++)
    for (let j = 0; j < columns.count; j++) sum += kernel(rows, i, columns, j);
  return sum / (rows.count * columns.count);
}

/**
 * Distance of two distributions in the KID's form: the unbiased squared maximum mean discrepancy with the cubic kernel
 * (Bińkowski et al. 2018), of any features. Views of one subject are no independent draws, and the estimate would rise
 * with their agreement, which is what a refiner is for; so pairs within a group do not count. With one vector a group it
 * is the usual estimate.
 *
 * @param real  single views of different people, f32 [d] each
 * @returns ≥ 0 but for noise
 */
export function kernelDistance(generated: FeatureGroups, real: readonly Float32Array[]): number {
  return (
    meanKernelWithin(generated) +
    meanKernelWithin(real.map((vector) => [vector])) -
    2 * meanKernelBetween(generated.flat(), real)
  );
}
