import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../generator/src/evaluation/index.ts';
import { kernelDistance } from '../bench/truth/kernel-distance.ts';
import { rendersNear, trueFeatures } from '../bench/truth/true-features.ts';

const vectors = (count: number, shift: number, seed: number): Float32Array[] => {
  const uniform = uniformGenerator(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: 4 }, () => uniform() - 0.5 + shift));
};
const alone = (list: readonly Float32Array[]) => list.map((vector) => [vector]);

describe('kernelDistance', () => {
  test('is the unbiased estimate by hand', () => {
    const [a, b] = [
      [Float32Array.of(1, 0), Float32Array.of(0, 1)],
      [Float32Array.of(1, 1), Float32Array.of(-1, 1)],
    ];
    // k(a₁,a₂) = 1, k(b₁,b₂) = 1; a with b: 1.5³, .5³, 1.5³, 1.5³.
    expect(kernelDistance(alone(a!), b!)).toBeCloseTo(2 - (2 * (3 * 3.375 + 0.125)) / 4, 6);
  });

  test('is about 0 for one distribution and grows with a shift', () => {
    const real = vectors(300, 0, 1);
    expect(Math.abs(kernelDistance(alone(vectors(300, 0, 2)), real))).toBeLessThan(0.01);
    const near = kernelDistance(alone(vectors(300, 0.3, 2)), real);
    expect(near).toBeGreaterThan(0.05);
    expect(kernelDistance(alone(vectors(300, 0.6, 2)), real)).toBeGreaterThan(2 * near);
  });

  test('does not rise where a subject’s views agree', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(999),
        (n, copies, seed) => {
          const [own, real] = [vectors(n, 0.2, seed), vectors(9, 0, seed + 1)];
          const repeated = own.map((vector) => Array.from({ length: copies }, () => vector));
          expect(kernelDistance(repeated, real)).toBeCloseTo(kernelDistance(alone(own), real), 6);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('names what it cannot compare', () => {
    expect(() => kernelDistance([vectors(3, 0, 1)], vectors(3, 0, 2))).toThrow('at least 2 subjects, got 1');
    expect(() => kernelDistance(alone(vectors(3, 0, 1)), [new Float32Array(3), new Float32Array(3)])).toThrow(
      'got 3 of 4 and 2 of 3',
    );
  });
});

describe('renders at equal yaws', () => {
  const renders = Array.from({ length: 21 }, (_, index) => ({ index, yaw: (index - 10) / 10, pitch: 0 }));

  test('are the nearest ones, each once', () => {
    const yaws = rendersNear(renders, [-0.5, 0, 0.15], 3).map(({ yaw }) => yaw);
    expect(yaws.slice(0, 3).sort()).toEqual([-0.4, -0.5, -0.6]);
    expect(yaws.slice(3, 6).sort()).toEqual([-0.1, 0, 0.1]);
    expect(yaws.slice(6).sort()).toEqual([0.2, 0.3, 0.4]);
    expect(() => rendersNear(renders, [0, 1], 11)).toThrow('expected at least 22 for 2 yaws, got 21');
  });

  test('are read once', async () => {
    const read: number[] = [];
    const source = {
      renders,
      load: async ({ index }: { index: number }) => ({ width: 1, height: 1, data: Float32Array.of(index) }),
    };
    const judge = {
      read: async (images: readonly { data: Float32Array }[]) =>
        images.map(({ data }) => {
          read.push(data[0]!);
          return { yaw: 0, pitch: 0, identity: data, features: data, depth: data };
        }),
    };
    const truth = trueFeatures(source, judge, 3);
    expect((await truth.near([0])).map(([index]) => index).sort()).toEqual([10, 11, 9]);
    expect((await truth.near([0.1])).map(([index]) => index).sort()).toEqual([10, 11, 12]);
    expect(read.sort()).toEqual([10, 11, 12, 9]);
  });
});
