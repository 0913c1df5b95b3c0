import { LatentError } from './errors.ts';

/** Layers `from` to `to − 1` of a W+ latent. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A direction of W with its scale. One step of `x` is one standard deviation of W along it.
 * `probe·vector` is 1, so that `probe·(w − mean)` is the x of a latent and an edit by x moves it by x.
 */
export interface LatentDirection {
  /** f32 [D], what one standard deviation adds to w. For a principal component σ·e. */
  readonly vector: Float32Array;
  /** f32 [D], reads x off a latent. For a principal component e/σ: the whitened coordinate. A learned direction reads
   *  more than its own vector: whatever turns the subject. */
  readonly probe: Float32Array;
}

/**
 * The truncation trick (Karras et al. 2019): w̄ + ψ(w − w̄).
 * @param w        f32 [N,D]
 * @param wAverage f32 [D]
 * @param psi      1 leaves w as it is, 0 gives the average
 */
export function truncate(w: Float32Array, wAverage: Float32Array, psi: number): Float32Array {
  const dim = wAverage.length;
  checkRows('truncate', w, dim);
  return w.map((value, i) => wAverage[i % dim]! + psi * (value - wAverage[i % dim]!));
}

/**
 * W to W+: the same latent for every layer.
 * @param w      f32 [N,D]
 * @param dim    D
 * @param layers L
 * @returns f32 [N,L,D]
 */
export function broadcastToLayers(w: Float32Array, dim: number, layers: number): Float32Array {
  const count = checkRows('broadcastToLayers', w, dim);
  const ws = new Float32Array(count * layers * dim);
  for (let n = 0; n < count; n++)
    for (let layer = 0; layer < layers; layer++)
      ws.set(w.subarray(n * dim, (n + 1) * dim), (n * layers + layer) * dim);
  return ws;
}

/**
 * Eq. 1 of the paper, ŵ = w + V·x, on a range of layers.
 * @param ws     f32 [N,L,D]
 * @param layers L
 * @param vector f32 [D]
 * @param x      one number for all, or f32 [N]
 * @param range  layers that change
 * @returns f32 [N,L,D], a copy
 */
export function edit(
  ws: Float32Array,
  layers: number,
  vector: Float32Array,
  x: number | Float32Array,
  { from, to }: LayerRange,
): Float32Array {
  const dim = vector.length;
  const count = checkRows('edit', ws, layers * dim);
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= layers))
    throw new LatentError(`edit: expected layers within 0-${layers}, got ${from}-${to}`);
  if (typeof x !== 'number' && x.length !== count)
    throw new LatentError(`edit: expected x for ${count} latents, got ${x.length}`);
  const edited = ws.slice();
  for (let n = 0; n < count; n++) {
    const step = typeof x === 'number' ? x : x[n]!;
    for (let layer = from; layer < to; layer++) {
      const at = (n * layers + layer) * dim;
      for (let i = 0; i < dim; i++) edited[at + i]! += step * vector[i]!;
    }
  }
  return edited;
}

/**
 * How far latents lie along a direction, in its standard deviations.
 * @param w    f32 [N,D]
 * @param mean f32 [D]
 * @returns f32 [N]
 */
export function coordinate(w: Float32Array, mean: Float32Array, { probe }: LatentDirection): Float32Array {
  const dim = mean.length;
  const count = checkRows('coordinate', w, dim);
  const result = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += probe[i]! * (w[n * dim + i]! - mean[i]!);
    result[n] = sum;
  }
  return result;
}

/**
 * Latents moved to x = 0 of a direction: w without its whitened component along it.
 * @param w    f32 [N,D]
 * @param mean f32 [D]
 * @returns f32 [N,D]
 */
export function withoutComponent(
  w: Float32Array,
  mean: Float32Array,
  direction: LatentDirection,
): Float32Array {
  const dim = mean.length;
  const x = coordinate(w, mean, direction);
  return w.map((value, i) => value - x[Math.floor(i / dim)]! * direction.vector[i % dim]!);
}

/** The number of rows of `length` numbers. */
function checkRows(name: string, data: Float32Array, length: number): number {
  const rows = data.length / length;
  if (!Number.isInteger(rows))
    throw new LatentError(
      `${name}: expected a whole number of rows of ${length}, got ${data.length} numbers`,
    );
  return rows;
}
