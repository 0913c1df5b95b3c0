import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../generator/src/evaluation/index.ts';
import { radians } from '../../plugin/src/asset/index.ts';
import { kernelDistance } from '../bench/truth/kernel-distance.ts';
import { trueFeatures } from '../bench/truth/true-features.ts';

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

describe('true features at equal yaws', () => {
  /** Renders 1° apart from −20 to 20°, whose feature is their yaw in twenties of degrees and a coin of their own. */
  const renders = Array.from({ length: 205 }, (_, index) => ({
    index,
    yaw: radians((index % 41) - 20),
    pitch: 0,
  }));
  const uniform = uniformGenerator(5);
  const coins = renders.map(() => uniform() - 0.5);
  const of = (deg: number, coin: number): Float32Array => Float32Array.of(deg / 20, coin, 1);
  let read = 0;
  const source = {
    renders,
    load: async ({ index }: { index: number }) => ({ width: 1, height: 1, data: Float32Array.of(index) }),
  };
  const judge = {
    read: async (images: readonly { data: Float32Array }[]) =>
      images.map(({ data }) => {
        read++;
        const features = of((data[0]! % 41) - 20, coins[data[0]!]!);
        return { yaw: 0, pitch: 0, identity: data, features, depth: data };
      }),
  };
  const truth = trueFeatures(source, judge);
  const seen = (count: number, deg: () => number, shift = 0) =>
    Array.from({ length: count }, () => {
      const readDeg = deg();
      return [{ readDeg, features: of(readDeg, uniform() - 0.5 + shift) }];
    });

  test('are those of the yaws that are shown, however often each is', async () => {
    // The mixture of yaws makes no distance: half of the views in one corner, or all over.
    const corner = seen(400, () => (uniform() < 0.5 ? 15 + 5 * uniform() : 40 * uniform() - 20));
    const small = async (groups: typeof corner) => {
      const { atYaws, mixed } = await truth.distances(groups);
      expect(mixed).toBe(atYaws);
      return Math.abs(mixed);
    };
    expect(await small(corner)).toBeLessThan(0.01);
    expect(await small(seen(400, () => 40 * uniform() - 20))).toBeLessThan(0.01);
    // Other people do.
    expect(await small(seen(400, () => 40 * uniform() - 20, 0.6))).toBeGreaterThan(0.1);
  });

  test('at each yaw do not cancel where both sides look wrong in opposite ways, mixed ones do', async () => {
    const pairs = (left: number, right: number) =>
      Array.from({ length: 300 }, () =>
        [left, right].map((shift, k) => {
          const readDeg = k === 0 ? -15 : 15;
          return { readDeg, features: of(readDeg, uniform() - 0.5 + shift) };
        }),
      );
    const [alike, opposite] = [
      await truth.distances(pairs(0.4, 0.4)),
      await truth.distances(pairs(0.4, -0.4)),
    ];
    // The coins' own mean is not quite 0.
    expect(opposite.atYaws / alike.atYaws).toBeGreaterThan(0.7);
    expect(opposite.atYaws / alike.atYaws).toBeLessThan(1.4);
    expect(alike.mixed / alike.atYaws).toBeGreaterThan(0.7);
    expect(opposite.mixed / opposite.atYaws).toBeLessThan(0.35);
  });

  test('rise with the agreement of a subject’s views only where each counts as a draw of its own', async () => {
    // 40 subjects of 10 views each: each subject all alike, or each view its own.
    const groups = (alike: boolean) =>
      Array.from({ length: 40 }, () => {
        const coin = uniform() - 0.5;
        return Array.from({ length: 10 }, () => ({
          readDeg: 0,
          features: of(0, alike ? coin : uniform() - 0.5),
        }));
      });
    const [alike, free] = [await truth.distances(groups(true)), await truth.distances(groups(false))];
    expect(Math.abs(free.plain - free.mixed)).toBeLessThan(0.002);
    expect(alike.plain - alike.mixed).toBeGreaterThan(0.004);
  });

  test('are read once, and a yaw where nobody is seen is no yaw to compare', async () => {
    await truth.distances(seen(4, () => 0));
    expect(read).toBe(renders.length);
    const gap = { ...source, renders: renders.filter(({ yaw }) => Math.abs(yaw) > 0.1) };
    await expect(trueFeatures(gap, judge).distances(seen(4, () => 0))).rejects.toThrow('at least 2 at 0°');
    await expect(truth.distances([...seen(2, () => 0), []])).rejects.toThrow(
      'expected 1 views of each subject',
    );
  });
});
