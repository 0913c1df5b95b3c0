import { seedToLatent } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastToLayers,
  coordinate,
  edit,
  LatentError,
  sampleLatents,
  truncate,
  withoutComponent,
} from '../../../generator/src/gan/latents/index.ts';

const number = fc.float({ min: -4, max: 4, noNaN: true });
/** A batch of latents f32 [n,dim]. */
const latents = (dim: number) =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((n) => fc.array(number, { minLength: n * dim, maxLength: n * dim }))
    .map((values) => Float32Array.from(values));
const vector = (dim: number) =>
  fc.array(number, { minLength: dim, maxLength: dim }).map((values) => Float32Array.from(values));

/** Largest difference of two arrays of one length. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe('truncate', () => {
  it('leaves w at ψ = 1, gives the average at 0, and goes straight between', () => {
    fc.assert(
      fc.property(latents(3), vector(3), fc.float({ min: 0, max: 1, noNaN: true }), (w, average, psi) => {
        expect(distance(truncate(w, average, 1), w)).toBeLessThan(2e-6);
        const expected = w.map((v, i) => (1 - psi) * average[i % 3]! + psi * v);
        expect(distance(truncate(w, average, psi), expected)).toBeLessThan(2e-6);
      }),
    );
    expect([...truncate(Float32Array.of(5, 6, 7, 8), Float32Array.of(1, 2), 0)]).toEqual([1, 2, 1, 2]);
  });
});

describe('broadcastToLayers', () => {
  it('repeats each latent for every layer before the next latent comes', () => {
    expect([...broadcastToLayers(Float32Array.of(1, 2, 3, 4), 2, 3)]).toEqual([
      1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4,
    ]);
  });
});

describe('edit', () => {
  it('changes the asked layers and no other, each latent by its own x, and leaves its input alone', () => {
    const ws = Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => i);
    const before = [...ws];
    const edited = edit(ws, 3, Float32Array.of(10, -1), Float32Array.of(1, 2), { from: 1, to: 2 });
    expect([...edited]).toEqual([0, 1, 12, 2, 4, 5, 6, 7, 28, 7, 10, 11]);
    expect([...ws]).toEqual(before);
  });

  it('is undone by the opposite edit', () => {
    fc.assert(
      fc.property(latents(2 * 3), vector(3), fc.float({ min: -3, max: 3, noNaN: true }), (ws, v, x) => {
        const range = { from: 0, to: 2 };
        const back = edit(edit(ws, 2, v, x, range), 2, v, -x, range);
        expect(distance(back, ws)).toBeLessThan(1e-5);
      }),
    );
  });

  it('refuses layers that are not there and an x that does not fit', () => {
    const ws = new Float32Array(2 * 4 * 3);
    const v = new Float32Array(3);
    for (const [from, to] of [
      [2, 2],
      [-1, 2],
      [0, 5],
      [0.5, 2],
    ] as const)
      expect(() => edit(ws, 4, v, 1, { from, to })).toThrow(
        `edit: expected layers within 0-4, got ${from}-${to}`,
      );
    expect(() => edit(ws, 4, v, new Float32Array(3), { from: 0, to: 4 })).toThrow(
      'edit: expected x for 2 latents, got 3',
    );
    expect(() => edit(new Float32Array(13), 4, v, 1, { from: 0, to: 4 })).toThrow(LatentError);
  });
});

describe('withoutComponent', () => {
  /** A vector with a probe that reads 1 off it, not parallel to it. */
  const direction = fc
    .tuple(vector(4), vector(4))
    .map(([v, p]) => ({ v, p, dot: v.reduce((sum, x, i) => sum + x * p[i]!, 0) }))
    .filter(({ dot }) => Math.abs(dot) > 0.5)
    .map(({ v, p, dot }) => ({ vector: v, probe: p.map((x) => x / dot) }));

  it('leaves latents whose coordinate is 0, and an edit by x gives them x', () => {
    fc.assert(
      fc.property(latents(4), vector(4), direction, number, (w, mean, along, x) => {
        const base = withoutComponent(w, mean, along);
        expect(distance(coordinate(base, mean, along), new Float32Array(w.length / 4))).toBeLessThan(1e-2);
        const moved = edit(base, 1, along.vector, x, { from: 0, to: 1 });
        expect(distance(coordinate(moved, mean, along), new Float32Array(w.length / 4).fill(x))).toBeLessThan(
          1e-2,
        );
      }),
    );
  });

  it('moves latents along the vector only', () => {
    const along = { vector: Float32Array.of(2, 0), probe: Float32Array.of(0.5, 0) };
    const base = withoutComponent(Float32Array.of(7, 3, -1, 4), Float32Array.of(1, 1), along);
    expect([...base]).toEqual([1, 3, 1, 4]);
  });
});

describe('sampleLatents', () => {
  const identity = (z: Float32Array) => Promise.resolve(z.slice());

  it('maps the numbers of one seeded stream, whatever the batch', async () => {
    const expected = Float32Array.from(seedToLatent(7, 10 * 3));
    for (const batch of [1, 4, 10, 64]) {
      const sizes: number[] = [];
      const samples = await sampleLatents(
        (z, n) => {
          sizes.push(n);
          expect(z.length).toBe(3 * n);
          return identity(z);
        },
        3,
        { count: 10, seed: 7, batch },
      );
      expect([...samples]).toEqual([...expected]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(batch);
    }
    expect([...(await sampleLatents(identity, 3, { count: 10, seed: 8 }))]).not.toEqual([...expected]);
  });

  it('takes whatever length the mapping gives', async () => {
    const samples = await sampleLatents(
      (z, n) => Promise.resolve(new Float32Array(5 * n).fill(z.length)),
      2,
      {
        count: 3,
        batch: 2,
      },
    );
    expect([...samples]).toEqual([...Array(10).fill(4), ...Array(5).fill(2)]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    let calls = 0;
    const run = sampleLatents(
      (z) => {
        if (++calls === 2) controller.abort();
        return identity(z);
      },
      2,
      { count: 100, batch: 10, signal: controller.signal },
    );
    await expect(run).rejects.toThrow(/abort/i);
    expect(calls).toBe(2);
  });
});
