import { seedToLatent } from '@turnaround/plugin/asset';

/** Draws pictures or latents for a batch: f32 [n,…] → f32 [n,…]. */
export type MapLatents = (z: Float32Array, count: number) => Promise<Float32Array>;

export interface SampleOptions {
  readonly count: number;
  /** Seed of numpy's RandomState; sample k takes its numbers k·Z to (k+1)·Z − 1. */
  readonly seed: number;
  readonly batch: number;
  readonly signal: AbortSignal | null;
}

/** 10,000 latents fix the deviations of the leading components of W to about 1 %. */
export const SAMPLE_DEFAULTS: SampleOptions = { count: 10_000, seed: 0, batch: 1000, signal: null };

/**
 * Seeded samples of W before truncation.
 * @param map  the mapping network: z f32 [n,Z] → w f32 [n,D]
 * @param zDim Z
 * @returns f32 [count,D]
 */
export async function sampleLatents(
  map: MapLatents,
  zDim: number,
  options: Partial<SampleOptions> = {},
): Promise<Float32Array> {
  const { count, seed, batch, signal } = { ...SAMPLE_DEFAULTS, ...options };
  const z = Float32Array.from(seedToLatent(seed, count * zDim));
  let samples: Float32Array | null = null;
  for (let start = 0; start < count; start += batch) {
    signal?.throwIfAborted();
    const n = Math.min(batch, count - start);
    const w = await map(z.subarray(start * zDim, (start + n) * zDim), n);
    samples ??= new Float32Array((w.length / n) * count);
    samples.set(w, start * (w.length / n));
  }
  return samples ?? new Float32Array(0);
}
