import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isotonic } from '../../../generator/src/calibration/isotonic.ts';
import { subjectCurve } from '../../../generator/src/calibration/subject-curve.ts';
import {
  risingCurve,
  xAt,
  type YawCurve,
  yawAt,
  yawLimits,
} from '../../../generator/src/calibration/yaw-curve.ts';

const number = fc.double({ min: -2, max: 2, noNaN: true });
const list = fc.array(number, { minLength: 1, maxLength: 20 });
const squares = (a: readonly number[], b: readonly number[], w?: readonly number[]) =>
  a.reduce((sum, value, k) => sum + (w ? w[k]! : 1) * (value - b[k]!) ** 2, 0);

describe('isotonic', () => {
  it('rises, keeps the mean, and leaves what rises as it is', () => {
    fc.assert(
      fc.property(list, (values) => {
        const fitted = isotonic(values);
        for (let k = 1; k < fitted.length; k++) expect(fitted[k]).toBeGreaterThanOrEqual(fitted[k - 1]!);
        const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        expect(total(fitted)).toBeCloseTo(total(values), 9);
        const sorted = [...values].sort((a, b) => a - b);
        expect(isotonic(sorted)).toEqual(sorted);
      }),
    );
  });

  it('is nearer to the values than any other rising sequence', () => {
    const weighted = fc.array(fc.tuple(number, fc.double({ min: 0.1, max: 5, noNaN: true }), number), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(weighted, (rows) => {
        const values = rows.map(([value]) => value);
        const weights = rows.map(([, weight]) => weight);
        const other = rows.map(([, , value]) => value).sort((a, b) => a - b);
        const best = squares(isotonic(values, weights), values, weights);
        expect(best).toBeLessThanOrEqual(squares(other, values, weights) + 1e-9);
      }),
    );
  });
});

/** Curves over −2..2.5 with some flat pieces. */
const curve: fc.Arbitrary<YawCurve> = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.4, noNaN: true })), {
    minLength: 2,
    maxLength: 16,
  })
  .map((steps) => {
    const x = steps.map((_, k) => -2 + (4.5 * k) / (steps.length - 1));
    let yaw = -0.9;
    return risingCurve(
      x,
      steps.map((step) => {
        yaw += step;
        return yaw;
      }),
    );
  });

describe('xAt', () => {
  it('inverts yawAt within the curve, and is held at its ends', () => {
    fc.assert(
      fc.property(curve, fc.double({ min: -0.2, max: 1.2, noNaN: true }), (known, share) => {
        const [least, most] = yawLimits(known);
        const wanted = least + share * (most - least);
        const x = xAt(known, wanted);
        expect(x).toBeGreaterThanOrEqual(known.x[0]!);
        expect(x).toBeLessThanOrEqual(known.x.at(-1)!);
        expect(yawAt(known, x)).toBeCloseTo(Math.min(most, Math.max(least, wanted)), 9);
      }),
    );
  });

  it('rises with the wanted yaw', () => {
    fc.assert(
      fc.property(curve, number, number, (known, a, b) => {
        expect(xAt(known, Math.min(a, b))).toBeLessThanOrEqual(xAt(known, Math.max(a, b)));
      }),
    );
  });

  it('takes the middle where the curve stands still', () => {
    expect(xAt({ x: [0, 1, 3, 4], yaw: [-1, 0, 0, 1] }, 0)).toBe(2);
    expect(xAt({ x: [0, 2, 3], yaw: [0, 0, 1] }, 0)).toBe(1);
  });
});

describe('risingCurve', () => {
  it('refuses what is no curve', () => {
    expect(() => risingCurve([0], [0])).toThrow(/two or more points/);
    expect(() => risingCurve([0, 1], [0])).toThrow(/received 2 x, 1 yaw/);
    expect(() => risingCurve([0, 0], [0, 1])).toThrow(/rising x/);
  });
});

describe('subjectCurve', () => {
  const model = risingCurve([-2, -1, 0, 1, 2], [-0.8, -0.45, 0, 0.5, 0.8]);
  const places = Array.from({ length: 9 }, (_, k) => -2 + k / 2);

  it('is the model’s curve where the readings agree with it', () => {
    const own = subjectCurve(
      model,
      places,
      places.map((x) => yawAt(model, x)),
    );
    own.yaw.forEach((yaw, k) => void expect(yaw).toBeCloseTo(model.yaw[k]!, 12));
  });

  it('goes half the way to nine readings that all stand apart', () => {
    const own = subjectCurve(
      model,
      places,
      places.map((x) => yawAt(model, x) + 0.2),
    );
    own.yaw.forEach((yaw, k) => void expect(yaw).toBeCloseTo(model.yaw[k]! + 0.1, 12));
  });

  it('never falls, whatever is read', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 9, maxLength: 9 }), (readings) => {
        const { yaw } = subjectCurve(model, places, readings);
        for (let k = 1; k < yaw.length; k++) expect(yaw[k]).toBeGreaterThanOrEqual(yaw[k - 1]!);
      }),
    );
  });
});
