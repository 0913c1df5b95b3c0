import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../generator/src/graph/index.ts';
import {
  addNoise,
  alphaBar,
  DDIM_DEFAULTS,
  latentNoise,
  noiseAt,
  sampleRefined,
  signalAt,
  signalOf,
} from '../../../generator/src/refiner/index.ts';
import { evaluate } from '../graph/reference.ts';
import { apart, normals, TOY, toyBasis } from './toy.ts';

const { layers, basis } = TOY;
const rotated = normals(3, 2 * layers * basis.dim);
/** Far outside −1..1 and outside W: nothing may clip it. */
const clean = rotated.map((v, i) => 40 * v + i);

describe('noise schedules', () => {
  for (const schedule of ['cosine', 'linear'] as const) {
    it(`${schedule}: all signal at 0, none at 1, falling between, and the same in a graph`, () => {
      expect([signalAt(schedule, 0), noiseAt(schedule, 0)]).toEqual([1, 0]);
      expect(alphaBar(schedule, 1)).toBeLessThan(1e-4);
      const times = Array.from({ length: 21 }, (_, k) => k / 20);
      for (let k = 1; k < times.length; k++)
        expect(signalAt(schedule, times[k]!)).toBeLessThan(signalAt(schedule, times[k - 1]!));
      const graph = new Graph('schedule');
      const t = graph.input('t', 'float32', [21]);
      const data = Float64Array.from(times);
      const [found] = evaluate(graph, { t: { shape: [21], data } }, [signalOf(schedule, t)]);
      const expected = times.map((time) => signalAt(schedule, time));
      expect(apart(found!.data, expected)).toBeLessThan(1e-6);
    });
  }

  it('cosine is that of Nichol and Dhariwal', () => {
    const f = (t: number): number => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;
    for (const t of [0.01, 0.3, 0.7, 0.95]) expect(alphaBar('cosine', t)).toBeCloseTo(f(t) / f(0), 12);
  });

  it('linear is the product of a thousand rising betas', () => {
    let product = 1;
    for (let k = 0; k < 500; k++) product *= 1 - (1e-4 + (0.02 - 1e-4) * (k / 999));
    expect(alphaBar('linear', 0.5) / product).toBeCloseTo(1, 1);
  });
});

describe('latentNoise', () => {
  it('has the covariance of W: Σσ²eeᵀ', () => {
    const shape = { ...TOY, basis: toyBasis(3) };
    const { dim, components, deviations } = shape.basis;
    const noise = latentNoise(shape, 4000, 1);
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) {
        let [measured, expected] = [0, 0];
        for (let at = 0; at < noise.length; at += dim) measured += noise[at + i]! * noise[at + j]!;
        for (let k = 0; k < dim; k++)
          expected += deviations[k]! ** 2 * components[k * dim + i]! * components[k * dim + j]!;
        expect(Math.abs((measured * dim) / noise.length - expected)).toBeLessThan(0.06 * deviations[0]! ** 2);
      }
  });

  it('is the same for a seed and another for another', () => {
    expect(latentNoise(TOY, 2, 5)).toEqual(latentNoise(TOY, 2, 5));
    expect(apart(latentNoise(TOY, 2, 5), latentNoise(TOY, 2, 6))).toBeGreaterThan(0.1);
  });
});

describe('sampleRefined', () => {
  it('runs once at t = 0 on the latents themselves', async () => {
    const seen: [Float32Array, number][] = [];
    const denoise = async (x: Float32Array, t: number) => {
      seen.push([x, t]);
      return clean;
    };
    expect(await sampleRefined(denoise, TOY, rotated, { kind: 'one-step' })).toBe(clean);
    expect(seen).toEqual([[rotated, 0]]);
  });

  it('gives x₀ exactly where the refiner is perfect, in any number of steps, unclipped', async () => {
    for (const schedule of ['cosine', 'linear'] as const)
      for (const steps of [1, 2, 4, 8]) {
        const times: number[] = [];
        const denoise = async (_: Float32Array, t: number) => {
          times.push(t);
          return clean;
        };
        const options = { ...DDIM_DEFAULTS, steps, schedule };
        expect(await sampleRefined(denoise, TOY, rotated, options)).toEqual(clean);
        expect(times).toHaveLength(steps);
        expect(times[0]).toBe(DDIM_DEFAULTS.start);
        expect(Math.min(...times)).toBeGreaterThan(0);
      }
  });

  it('walks along the line of x₀ and the first noise: x_t is a·x₀ + √(1 − a²)·ε at every step', async () => {
    const { schedule, seed } = DDIM_DEFAULTS;
    const noise = latentNoise(TOY, 1, seed);
    const denoise = async (x: Float32Array, t: number) => {
      // A refiner that says ŵ is x₀: then every x is ŵ noised with the same ε.
      const expected = addNoise(TOY, schedule, rotated, [t, t], noise);
      expect(apart(x, expected)).toBeLessThan(1e-4);
      return rotated;
    };
    await sampleRefined(denoise, TOY, rotated, { ...DDIM_DEFAULTS, steps: 8 });
  });

  it('is the same for a seed, whatever else is in the batch', async () => {
    const half = rotated.slice(0, rotated.length / 2);
    // Neither linear nor perfect.
    const denoise = async (x: Float32Array, t: number) => x.map((v) => Math.tanh(v) + t);
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom(1, 2, 4, 8),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        async (seed, steps, start) => {
          const options = { ...DDIM_DEFAULTS, seed, steps, start };
          const whole = await sampleRefined(denoise, TOY, rotated, options);
          expect(await sampleRefined(denoise, TOY, rotated, options)).toEqual(whole);
          expect(await sampleRefined(denoise, TOY, half, options)).toEqual(whole.slice(0, half.length));
          expect(whole.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('leaves the other layers to the refiner', async () => {
    const { dim } = basis;
    await sampleRefined(
      async (x) => {
        for (const layer of [0, layers - 1])
          expect(x.slice(layer * dim, (layer + 1) * dim)).toEqual(
            rotated.slice(layer * dim, (layer + 1) * dim),
          );
        return x;
      },
      TOY,
      rotated,
      DDIM_DEFAULTS,
    );
  });

  it('refuses steps, starts and refiners that do not fit', async () => {
    const sample = (options: Partial<typeof DDIM_DEFAULTS>, denoise = async (x: Float32Array) => x) =>
      sampleRefined(denoise, TOY, rotated, { ...DDIM_DEFAULTS, ...options });
    await expect(sample({ steps: 0 })).rejects.toThrow(/whole number of steps from 1, got 0/);
    await expect(sample({ start: 0 })).rejects.toThrow(/start of 0\.001 to 1, got 0/);
    await expect(sample({}, async () => new Float32Array(3))).rejects.toThrow(/expected 60 numbers.*got 3/);
  });
});
