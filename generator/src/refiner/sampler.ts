import { Random } from '../graph/index.ts';
import { RefinerError } from './errors.ts';
import { unwhitening } from './latent-basis.ts';
import type { RefinerShape } from './refiner-net.ts';
import { type NoiseSchedule, noiseAt, signalAt } from './schedule.ts';

/** `one-step`: the refiner once at t = 0, no noise. `ddim`: noise, and away with it in steps (Song et al. 2021, η = 0). */
export type SamplerOptions =
  | { readonly kind: 'one-step' }
  | {
      readonly kind: 'ddim';
      /** Runs of the refiner, at least 1. */
      readonly steps: number;
      /** Time of the first of them, `LEAST_START` to 1. */
      readonly start: number;
      readonly seed: number;
      readonly schedule: NoiseSchedule;
    };

/** Less is no noise: float32 latents would not show it. */
const LEAST_START = 1e-3;

export const DDIM_DEFAULTS: Extract<SamplerOptions, { kind: 'ddim' }> = {
  kind: 'ddim',
  steps: 4,
  start: 0.99,
  seed: 0,
  schedule: 'cosine',
};

/**
 * One run of the refiner: x₀ = D(w, rotated, T, t) of all latents of a batch.
 * @param rotated f32 [N,L,D], on the refined layers with the noise of time t
 * @returns f32 [N,L,D]
 */
export type Denoise = (rotated: Float32Array, t: number) => Promise<Float32Array>;

/**
 * Noise as the refiner knows it: standard normal in whitened coordinates, so Σₖ εₖσₖeₖ in W.
 * @param count latents that each get their own
 * @returns f32 [count,T,D], T the refined layers; the same for the same keys
 */
export function latentNoise(
  { basis, refined }: RefinerShape,
  count: number,
  ...keys: readonly (number | string)[]
): Float32Array {
  const { dim } = basis;
  const rows = unwhitening(basis);
  const random = new Random(...keys, 'latent noise');
  const noise = new Float32Array(count * (refined.to - refined.from) * dim);
  const sum = new Float64Array(dim);
  for (let at = 0; at < noise.length; at += dim) {
    sum.fill(0);
    for (let k = 0; k < dim; k++) {
      const epsilon = random.normal();
      for (let i = 0; i < dim; i++) sum[i]! += epsilon * rows[k * dim + i]!;
    }
    noise.set(sum, at);
  }
  return noise;
}

/**
 * Latents at time t of the diffusion process, about the mean of W: mean + a·(ŵ − mean) + √(1 − a²)·noise on the
 * refined layers, the others as they are.
 * @param rotated f32 [N,L,D]
 * @param t       one for each latent, 0..1
 * @param noise   f32 [N,T,D], or [1,T,D] for all
 * @returns f32 [N,L,D], a copy
 */
export function addNoise(
  shape: RefinerShape,
  schedule: NoiseSchedule,
  rotated: Float32Array,
  t: ArrayLike<number>,
  noise: Float32Array,
): Float32Array {
  const noised = rotated.slice();
  eachRefined(shape, rotated.length, (at, i, n) => {
    const mean = shape.basis.mean[at % shape.basis.dim]!;
    noised[at] =
      mean +
      signalAt(schedule, t[n]!) * (rotated[at]! - mean) +
      noiseAt(schedule, t[n]!) * noise[i % noise.length]!;
  });
  return noised;
}

/**
 * Refined latents. The DDIM steps are linear, so they are taken on w − mean; only the noise has to know the basis. All
 * latents of a call get the same noise: views of a subject start alike, and none depends on which others are there.
 * What the refiner says is not clipped.
 * @param rotated f32 [N,L,D]
 * @returns f32 [N,L,D], what the last run gave
 * @throws RefinerError where steps or start are out of range, or the refiner gives another number of latents
 */
export async function sampleRefined(
  denoise: Denoise,
  shape: RefinerShape,
  rotated: Float32Array,
  options: SamplerOptions,
): Promise<Float32Array> {
  const run: Denoise = async (x, t) => {
    const refined = await denoise(x, t);
    if (refined.length !== rotated.length)
      throw new RefinerError(
        `sampler: expected ${rotated.length} numbers from the refiner, got ${refined.length}`,
      );
    return refined;
  };
  if (options.kind === 'one-step') return run(rotated, 0);
  const { steps, start, seed, schedule } = options;
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RefinerError(`sampler: expected a whole number of steps from 1, got ${steps}`);
  if (!(start >= LEAST_START && start <= 1))
    throw new RefinerError(`sampler: expected a start of ${LEAST_START} to 1, got ${start}`);
  const { dim, mean } = shape.basis;
  const count = rotated.length / (shape.layers * dim);
  const times = Array.from({ length: steps }, (_, k) => start * (1 - k / steps));
  let x = addNoise(
    shape,
    schedule,
    rotated,
    new Float64Array(count).fill(start),
    latentNoise(shape, 1, seed),
  );
  for (let k = 0; ; k++) {
    const refined = await run(x, times[k]!);
    const next = times[k + 1];
    if (next === undefined) return refined;
    const [a, b] = [signalAt(schedule, times[k]!), noiseAt(schedule, times[k]!)];
    const [aNext, bNext] = [signalAt(schedule, next), noiseAt(schedule, next)];
    const moved = rotated.slice();
    eachRefined(shape, rotated.length, (at) => {
      const middle = mean[at % dim]!;
      const clean = refined[at]! - middle;
      moved[at] = middle + aNext * clean + (bNext / b) * (x[at]! - middle - a * clean);
    });
    x = moved;
  }
}

/** Every number of the refined layers: its place in f32 [N,L,D], that in [N,T,D], and its latent. */
function eachRefined(
  { layers, basis: { dim }, refined: { from, to } }: RefinerShape,
  length: number,
  visit: (at: number, refinedAt: number, latent: number) => void,
): void {
  let i = 0;
  for (let n = 0; n * layers * dim < length; n++)
    for (let at = (n * layers + from) * dim; at < (n * layers + to) * dim; at++) visit(at, i++, n);
}
