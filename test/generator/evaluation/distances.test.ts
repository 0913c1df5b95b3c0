import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boxBlur,
  EvaluationError,
  frechetDistance,
  highPassEnergy,
  kernelDistance,
  matchPoses,
  POSE_ZONES,
  uniformGenerator,
} from '../../../generator/src/evaluation/index.ts';
import { golden } from '../../shared.ts';
import { picture, reference } from './reference.ts';

/** What `test/golden/evaluation/make.py` wrote with numpy and scipy. */
const stored: {
  readonly distances: readonly {
    readonly a: number[][];
    readonly b: number[][];
    readonly subjects: number[];
    readonly frechet: number;
    readonly kernel: number;
    readonly kernelBySubject: number;
  }[];
  readonly highPasses: readonly { readonly low: number[]; readonly energy: number }[];
} = JSON.parse(readFileSync(golden('evaluation', 'distances.json'), 'utf8'));

/** Independent numbers of a normal distribution (Box & Muller). */
function normals(count: number, size: number, mean: number, deviation: number, seed: number): Float64Array[] {
  const uniform = uniformGenerator(seed);
  const one = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: size }, () => mean + deviation * one()),
  );
}

describe('distances against scipy', () => {
  test.each(stored.distances.map((row, k) => [k, row] as const))('sets %i', (_, row) => {
    const { a, b, subjects } = row;
    expect(Math.abs(frechetDistance(a, b) - row.frechet)).toBeLessThan(1e-4);
    expect(Math.abs(frechetDistance(b, a) - row.frechet)).toBeLessThan(1e-4);
    expect(Math.abs(kernelDistance({ features: a }, { features: b }).value - row.kernel)).toBeLessThan(1e-4);
    expect(
      Math.abs(kernelDistance({ features: a, subjects }, { features: b }).value - row.kernelBySubject),
    ).toBeLessThan(1e-4);
  });

  test.each(stored.highPasses.map((row, k) => [k, row] as const))('3×3 means of picture %i', (k, row) => {
    const { width, height, a, mask } = reference.pictures[k]!;
    const image = picture(width, height, a);
    boxBlur(image).data.forEach((value, i) => {
      expect(Math.abs(value - row.low[i]!)).toBeLessThan(1e-6);
    });
    expect(highPassEnergy(image, mask)).toBeCloseTo(row.energy, 6);
  });
});

describe('the Fréchet distance', () => {
  test('of two normal distributions of one number is (m₁ − m₂)² + (s₁ − s₂)²', () => {
    const a = [[-1], [1], [3], [5]];
    const b = a.map(([x]) => [3 * x! + 10]);
    const mean = 2;
    const deviation = Math.sqrt(20 / 3);
    expect(frechetDistance(a, b)).toBeCloseTo((3 * mean + 10 - mean) ** 2 + (2 * deviation) ** 2, 9);
  });

  test('is the squared distance of the means where covariances are the same, and 0 of a set to itself', () => {
    const a = normals(8, 30, 0, 1, 3);
    const moved = a.map((row) => row.map((x, k) => x + (k === 4 ? 2 : 0)));
    expect(frechetDistance(a, moved)).toBeCloseTo(4, 5);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 5);
  });

  test('needs two vectors of one length', () => {
    expect(() => frechetDistance([[1]], [[1], [2]])).toThrow(/at least 2 vectors of features, got 1/);
    expect(() =>
      frechetDistance(
        [[1], [2]],
        [
          [1, 2],
          [2, 3],
        ],
      ),
    ).toThrow(/got 1 and 2 numbers/);
    expect(() => frechetDistance([[1, 2], [2]], [[1], [2]])).toThrow(EvaluationError);
  });
});

describe('the kernel distance', () => {
  const a = { features: normals(60, 10, 0, 1, 1) };

  test('of two samples of one distribution holds 0 in its interval; of others it does not', () => {
    const same = kernelDistance(a, { features: normals(70, 10, 0, 1, 2) });
    expect(same.interval.low).toBeLessThan(0);
    expect(same.interval.high).toBeGreaterThan(0);
    const other = kernelDistance(a, { features: normals(70, 10, 0.5, 1, 2) });
    expect(other.interval.low).toBeGreaterThan(0);
    expect(other.value).toBeGreaterThan(other.interval.low);
    expect(other.value).toBeLessThan(other.interval.high);
  });

  test('is not raised by views of one subject that agree', () => {
    // Each subject three times, but for a little: as if the model's views were perfectly consistent.
    const people = normals(30, 10, 0, 1, 5);
    const views = people.flatMap((row) => [row, row.map((x) => x + 1e-3), row.map((x) => x - 1e-3)]);
    const subjects = views.map((_, k) => Math.floor(k / 3));
    const real = { features: normals(80, 10, 0, 1, 6) };
    const apart = kernelDistance({ features: views, subjects }, real).value;
    expect(apart).toBeCloseTo(kernelDistance({ features: people }, real).value, 3);
    expect(kernelDistance({ features: views }, real).value).toBeGreaterThan(apart + 0.02);
  });

  test('needs two subjects, and a subject for each picture', () => {
    expect(() => kernelDistance({ features: [[1], [2]], subjects: [7, 7] }, a)).toThrow(
      /one length|2 subjects/,
    );
    expect(() => kernelDistance({ features: a.features, subjects: [1] }, a)).toThrow(
      /a subject for each of 60/,
    );
  });
});

describe('pose zones', () => {
  const set = fc.array(
    fc.record({ yaw: fc.double({ min: -70, max: 70, noNaN: true }), subject: fc.nat(5) }),
    { minLength: 1, maxLength: 60 },
  );

  test('hold as many of both sets in every 10° of yaw, none twice, none from outside', () => {
    fc.assert(
      fc.property(set, set, fc.constantFrom(...POSE_ZONES), fc.nat(30), (real, drawn, zone, limit) => {
        const matched = matchPoses(real, drawn, zone, limit);
        expect(matched.real.length).toBe(matched.drawn.length);
        expect(matched.real.length).toBeLessThanOrEqual(limit);
        expect(new Set(matched.real).size).toBe(matched.real.length);
        expect(new Set(matched.drawn).size).toBe(matched.drawn.length);
        const bins = (yaws: number[]) => yaws.map((yaw) => Math.floor(yaw / 10) + 0).sort((a, b) => a - b);
        const [ours, theirs] = [
          matched.drawn.map((k) => drawn[k]!.yaw),
          matched.real.map((k) => real[k]!.yaw),
        ];
        expect(bins(ours)).toEqual(bins(theirs));
        for (const yaw of [...ours, ...theirs]) expect(Math.abs(yaw)).toBeLessThanOrEqual(zone.reach);
      }),
    );
  });

  test('take from every subject before they take twice from one', () => {
    const drawn = [0, 0, 0, 0, 1, 2].map((subject) => ({ yaw: 5, subject }));
    const real = [1, 2, 3].map((subject) => ({ yaw: 3, subject }));
    const { drawn: chosen } = matchPoses(real, drawn, POSE_ZONES[0]!);
    expect(chosen.map((k) => drawn[k]!.subject).sort()).toEqual([0, 1, 2]);
  });

  test('refuse a yaw that is none', () => {
    expect(() => matchPoses([], [{ yaw: Number.NaN, subject: 0 }], POSE_ZONES[2]!)).toThrow(/yaw in degrees/);
  });
});

describe('sharpness', () => {
  test('is lost by a blur, and the outline does not count', () => {
    const side = 16;
    const chequers = Array.from({ length: side * side }, (_, k) =>
      (k + Math.floor(k / side)) % 2 ? 0.5 : -0.5,
    );
    const mask = Array.from({ length: side * side }, (_, k) => (k % side >= 4 && k % side < 12 ? 1 : 0));
    const image = picture(side, side, chequers);
    const energy = highPassEnergy(image, mask);
    // The mean of nine fields is a ninth of the middle one's, with its sign.
    expect(energy).toBeCloseTo((0.5 - 0.5 / 9) ** 2, 6);
    expect(highPassEnergy(boxBlur(image), mask)).toBeLessThan(0.05 * energy);
    const silhouette = picture(
      side,
      side,
      mask.map((inside) => (inside ? 0.9 : -0.9)),
    );
    expect(highPassEnergy(silhouette, mask)).toBe(0);
  });

  test('needs a mask that holds pixels', () => {
    const image = picture(8, 8, new Array(64).fill(0));
    expect(() => highPassEnergy(image, new Array(64).fill(0))).toThrow(/holds pixels/);
    expect(() => highPassEnergy(image, [1])).toThrow(/mask of 64 pixels, got 1/);
  });
});
