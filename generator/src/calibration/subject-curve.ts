import { risingCurve, type YawCurve, yawAt } from './yaw-curve.ts';

/**
 * How far a subject's own readings are believed over the model's curve, in readings: that many readings that agree
 * with the model's curve are added to its own.
 */
const PRIOR_READINGS = 1;

/**
 * A subject's own curve: the model's, and a smooth correction (a parabola in x, least squares, drawn towards none)
 * to what the pose net reads off some of its views. It never falls.
 * @param x   of the readings, from the subject's frontal one
 * @param yaw radians, in the curve's scale
 */
export function subjectCurve(model: YawCurve, x: ArrayLike<number>, yaw: ArrayLike<number>): YawCurve {
  const [from, to] = [model.x[0]!, model.x.at(-1)!];
  const place = (at: number): number => (2 * (at - from)) / (to - from) - 1;
  const fit = parabola(
    Array.from(x, place),
    Array.from(yaw, (value, k) => value - yawAt(model, x[k]!)),
  );
  return risingCurve(
    model.x,
    model.yaw.map((value, k) => value + fit(place(model.x[k]!))),
  );
}

/** Ridge regression on the first Legendre polynomials: each is drawn towards 0 alike. */
function parabola(t: readonly number[], y: readonly number[]): (t: number) => number {
  const basis = (at: number): number[] => [1, at, (3 * at * at - 1) / 2];
  const matrix = [0, 1, 2].map((i) =>
    [0, 1, 2].map(
      (j) => t.reduce((sum, at) => sum + basis(at)[i]! * basis(at)[j]!, 0) + (i === j ? PRIOR_READINGS : 0),
    ),
  );
  const right = [0, 1, 2].map((i) => t.reduce((sum, at, k) => sum + basis(at)[i]! * y[k]!, 0));
  const weights = solve(matrix, right);
  return (at) => basis(at).reduce((sum, value, i) => sum + weights[i]! * value, 0);
}

/** A small positive definite system, by elimination. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  rows.forEach((pivot, i) => {
    rows.forEach((row, j) => {
      if (i === j) return;
      const factor = row[i]! / pivot[i]!;
      row.forEach((_, k) => {
        row[k] = row[k]! - factor * pivot[k]!;
      });
    });
  });
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
