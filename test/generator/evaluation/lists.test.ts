import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bootstrapInterval,
  cosineSimilarity,
  EvaluationError,
  fitLine,
  fitScale,
  mean,
  median,
  PairMoments,
  pairMoments,
  pearson,
  percentile,
  ranks,
  spearman,
  uniformGenerator,
} from '../../../generator/src/evaluation/index.ts';
import { reference } from './reference.ts';

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const values = fc.array(value, { minLength: 3, maxLength: 40 });

describe('lists against scipy and numpy', () => {
  test.each(reference.lists.map((row, k) => [k, row] as const))('list %i', (_, row) => {
    const { a, b, line } = row;
    expect(pearson(a, b)).toBeCloseTo(row.pearson, 9);
    expect(spearman(a, b)).toBeCloseTo(row.spearman, 9);
    expect([...ranks(a)]).toEqual(row.ranks);
    expect(mean(a)).toBeCloseTo(row.mean, 9);
    expect(median(a)).toBeCloseTo(row.median, 9);
    for (const [percent, expected] of Object.entries(row.percentiles))
      expect(percentile(a, Number(percent))).toBeCloseTo(expected, 9);
    expect(cosineSimilarity(a, b)).toBeCloseTo(row.cosine, 9);
    expect(fitScale(a, b)).toBeCloseTo(row.scale, 9);
    const fitted = fitLine(a, b);
    expect(fitted.scale).toBeCloseTo(line.scale, 9);
    expect(fitted.offset).toBeCloseTo(line.offset, 9);
    expect(pairMoments(a, b).rms(fitted)).toBeCloseTo(line.rms, 7);
  });

  test('the references hold ties, both signs and a large offset', () => {
    expect(
      reference.lists.some(({ a, ranks }) => ranks.some((rank) => rank % 1 !== 0) && a.length > 10),
    ).toBe(true);
    expect(Math.max(...reference.lists.map(({ line }) => line.offset))).toBeGreaterThan(90);
  });
});

describe('what cannot be measured', () => {
  test('a constant has no correlation', () => {
    expect(pearson([0.1, 0.1, 0.1, 0.1], [1, 2, 3, 5])).toBeNaN();
    expect(spearman([1, 2, 3], [7, 7, 7])).toBeNaN();
    expect(pearson([], [])).toBeNaN();
  });

  test('a constant is fitted by its mean, nothing by scale 0', () => {
    expect(fitLine([2, 2, 2], [1, 2, 6])).toEqual({ scale: 0, offset: 3 });
    expect(fitScale([0, 0], [1, 2])).toBe(0);
  });

  test('of nothing there is no middle, and no interval', () => {
    expect(median([])).toBeNaN();
    expect(mean([])).toBeNaN();
    expect(() => bootstrapInterval([], () => 0)).toThrow(EvaluationError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
  });

  test('lists of different lengths are refused', () => {
    for (const metric of [pearson, spearman, fitScale, fitLine, cosineSimilarity])
      expect(() => metric([1, 2], [1, 2, 3])).toThrow(/got 2 and 3/);
  });
});

describe('laws', () => {
  test('correlation ignores scale and offset, and turns with the sign', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 50, noNaN: true }), value, (list, scale, offset) => {
        fc.pre(new Set(list.map((v) => v.toFixed(3))).size > 2);
        const other = list.map((v, k) => v + 100 * Math.sin(k));
        const moved = other.map((v) => scale * v + offset);
        expect(pearson(list, moved)).toBeCloseTo(pearson(list, other), 6);
        expect(
          pearson(
            list,
            moved.map((v) => -v),
          ),
        ).toBeCloseTo(-pearson(list, other), 6);
      }),
    );
  });

  test('Spearman sees order only', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 3, maxLength: 30 }),
        (list) => {
          expect(
            spearman(
              list,
              list.map((v) => Math.exp(v / 100)),
            ),
          ).toBeCloseTo(1, 12);
          expect(
            spearman(
              list,
              list.map((v) => -(v ** 3)),
            ),
          ).toBeCloseTo(-1, 12);
        },
      ),
    );
  });

  test('moments of parts merge into the moments of the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 4, maxLength: 30 }),
        fc.nat(30),
        (pairs, cut) => {
          const merged = new PairMoments();
          for (const part of [pairs.slice(0, cut), pairs.slice(cut)])
            merged.merge(
              pairMoments(
                part.map(([x]) => x),
                part.map(([, y]) => y),
              ),
            );
          const whole = pairMoments(
            pairs.map(([x]) => x),
            pairs.map(([, y]) => y),
          );
          const line = { scale: 0.7, offset: -3 };
          expect(merged.count).toBe(pairs.length);
          expect(merged.rms(line)).toBeCloseTo(whole.rms(line), 6);
          const direct = Math.sqrt(mean(pairs.map(([x, y]) => (line.scale * x + line.offset - y) ** 2)));
          expect(merged.rms(line)).toBeCloseTo(direct, 6);
        },
      ),
    );
  });

  test('the fitted line has the least error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 20 }),
        value,
        value,
        (pairs, da, db) => {
          const moments = pairMoments(
            pairs.map(([x]) => x),
            pairs.map(([, y]) => y),
          );
          const { scale, offset } = moments.fitLine();
          const best = moments.rms({ scale, offset });
          expect(moments.rms({ scale: scale + da / 1e3, offset: offset + db })).toBeGreaterThanOrEqual(
            best - 1e-6,
          );
        },
      ),
    );
  });
});

describe('chance', () => {
  test.each(reference.uniforms)('uniform numbers of seed $seed', ({ seed, first, mean: expected }) => {
    const uniform = uniformGenerator(seed);
    const drawn = Array.from({ length: 5000 }, uniform);
    expect(drawn.slice(0, 5)).toEqual(first);
    expect(mean(drawn)).toBeCloseTo(expected, 12);
    expect(Math.abs(expected - 0.5)).toBeLessThan(0.015);
  });

  const { values: sample, rows, seed, resamples, level } = reference.bootstrap;
  test.each(rows)('bootstrap interval of the $statistic', ({ statistic, same, scipy }) => {
    const { low, high } = bootstrapInterval(sample, { mean, median }[statistic], { seed, resamples, level });
    expect(low).toBeCloseTo(same[0], 9);
    expect(high).toBeCloseTo(same[1], 9);
    // scipy draws other resamples: the ends agree to a part of the width.
    const width = scipy[1] - scipy[0];
    expect(Math.abs(low - scipy[0])).toBeLessThan(0.1 * width);
    expect(Math.abs(high - scipy[1])).toBeLessThan(0.1 * width);
  });
});
