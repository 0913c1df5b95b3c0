import { seedToLatent } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { component, computePca, LatentError, type Pca } from '../../../generator/src/gan/latents/index.ts';

const normal = (seed: number, length: number): Float32Array => Float32Array.from(seedToLatent(seed, length));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** The covariance by its definition, [D][D]. */
function covariance(samples: Float32Array, dim: number): number[][] {
  const n = samples.length / dim;
  const mean = Array.from({ length: dim }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += samples[k * dim + i]!;
    return sum / n;
  });
  return mean.map((meanI, i) =>
    mean.map((meanJ, j) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (samples[k * dim + i]! - meanI) * (samples[k * dim + j]! - meanJ);
      return sum / (n - 1);
    }),
  );
}

/** Largest |C·e − σ²·e| over the given components, and largest |eᵢ·eⱼ − δᵢⱼ|. */
function residuals(pca: Pca, matrix: number[][], which: readonly number[]): [number, number] {
  let [residual, skew] = [0, 0];
  for (const k of which) {
    const e = component(pca, k);
    matrix.forEach((row, i) => {
      residual = Math.max(residual, Math.abs(dot(row, e) - pca.deviations[k]! ** 2 * e[i]!));
    });
    for (const l of which) skew = Math.max(skew, Math.abs(dot(e, component(pca, l)) - (k === l ? 1 : 0)));
  }
  return [residual, skew];
}

describe('computePca', () => {
  it('diagonalises the exact covariance with orthonormal components, widest first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 2, max: 40 }),
        fc.nat(1000),
        (dim, n, seed) => {
          const scales = normal(seed + 1, dim);
          const samples = normal(seed, n * dim).map((v, i) => v * scales[i % dim]! + (i % dim));
          const pca = computePca(samples, dim);
          const all = Array.from({ length: dim }, (_, k) => k);
          const matrix = covariance(samples, dim);
          const size = Math.max(...matrix.flat().map(Math.abs), 1);
          const [residual, skew] = residuals(pca, matrix, all);
          expect(residual / size).toBeLessThan(1e-5);
          expect(skew).toBeLessThan(1e-5);
          for (const k of all.slice(1))
            expect(pca.deviations[k]!).toBeLessThanOrEqual(pca.deviations[k - 1]!);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds the axes and deviations that samples were drawn with', () => {
    const n = 20_000;
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    const z = normal(3, 2 * n);
    const samples = z.map((_, i) => {
      const [a, b] = [4 * z[i - (i % 2)]!, 0.5 * z[i - (i % 2) + 1]!];
      return i % 2 === 0 ? 7 + c * a - s * b : -2 + s * a + c * b;
    });
    const { mean, deviations, components } = computePca(samples, 2);
    expect(mean[0]).toBeCloseTo(7, 0);
    expect(mean[1]).toBeCloseTo(-2, 0);
    expect(deviations[0]! / 4).toBeCloseTo(1, 1.5);
    expect(deviations[1]! / 0.5).toBeCloseTo(1, 1.5);
    expect(components[0]).toBeCloseTo(c, 2);
    expect(components[1]).toBeCloseTo(s, 2);
  });

  it("makes each component's largest entry positive, so that mirrored samples give the same files", () => {
    const samples = normal(5, 60 * 6);
    const pca = computePca(samples, 6);
    for (let k = 0; k < 6; k++) {
      const e = [...component(pca, k)];
      expect(Math.max(...e)).toBe(Math.max(...e.map(Math.abs)));
    }
    const mirrored = computePca(
      samples.map((v) => -v),
      6,
    );
    mirrored.components.forEach((v, i) => {
      expect(v).toBeCloseTo(pca.components[i]!, 5);
    });
  });

  it('keeps double precision: a spread of 1e-3 beside a mean of 100', () => {
    const z = normal(9, 2000);
    const samples = z.map((v, i) => (i % 2 === 0 ? 100 + 1e-3 * v : 1e-3 * v));
    const [[a, b], [, d]] = covariance(samples, 2) as [[number, number], [number, number]];
    const largest = (a + d) / 2 + Math.hypot((a - d) / 2, b);
    expect(computePca(samples, 2).deviations[0]! ** 2 / largest).toBeCloseTo(1, 5);
  });

  it('solves W of 512', () => {
    const dim = 512;
    const samples = normal(1, 700 * dim).map((v, i) => v / (1 + (i % dim)));
    const pca = computePca(samples, dim);
    const [residual, skew] = residuals(pca, covariance(samples, dim), [0, 1, 2, 50, 300, 511]);
    expect(residual).toBeLessThan(1e-6);
    expect(skew).toBeLessThan(1e-6);
  });

  it('refuses what is no set of latents', () => {
    expect(() => computePca(new Float32Array(7), 3)).toThrow(LatentError);
    expect(() => computePca(new Float32Array(3), 3)).toThrow(
      'pca: expected samples [N,3] with N of at least 2, got 3 numbers',
    );
    expect(() => computePca(Float32Array.of(1, 2, Number.NaN, 4), 2)).toThrow('finite');
  });
});
