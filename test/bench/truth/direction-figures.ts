/** How well a direction turns a model's subjects, by a judge that the search has not seen. */
import { degrees } from '@turnaround/plugin/asset';
import { cosineSimilarity, mean, spearman } from '../../../generator/src/evaluation/index.ts';
import { TruthError } from './errors.ts';
import type { Reading } from './judge.ts';

/** Turns from the frontal view at which a subject should still be the same person, degrees. */
export const IDENTITY_TURNS = [15, 30, 45, 60] as const;

/** How far from such a turn a view may be to count for it, degrees. */
const TURN_TOLERANCE = 4;

/** Steps of x to both sides of the zero between which degrees a unit are read. */
const SLOPE_REACH = 1;

export interface DirectionFigures {
  /** Yaw at the ends of the sweep, mean over subjects, degrees, least first. */
  readonly reach: readonly [number, number];
  /** Rank correlation of x and yaw, of the worst subject. */
  readonly worstSpearman: number;
  /** Mean yaw at the zero, and its standard deviation over subjects, degrees. */
  readonly zeroDeg: number;
  readonly zeroSigmaDeg: number;
  /** Degrees of yaw a unit of x about the zero, mean over subjects. */
  readonly degreesPerUnit: number;
  /** Cosine of identities, frontal view to IDENTITY_TURNS; null where no subject comes so far. */
  readonly identity: readonly (number | null)[];
}

/**
 * The figures of sweeps along a direction.
 * @param xs       about the zero, even steps, ascending, with 0, −1 and 1 among them
 * @param readings of each subject, a view for each of `xs`
 */
export function directionFigures(
  xs: readonly number[],
  readings: readonly (readonly Reading[])[],
): DirectionFigures {
  const at = (x: number): number => {
    const k = xs.findIndex((value) => Math.abs(value - x) < 1e-6);
    if (k < 0) throw new TruthError('data', `sweep: expected a view at x = ${x}, got ${xs.join(' ')}`);
    return k;
  };
  const yaws = readings.map((views) => views.map(({ yaw }) => degrees(yaw)));
  const column = (k: number): number[] => yaws.map((yaw) => yaw[k]!);
  const zeros = column(at(0));
  const zeroDeg = mean(zeros);
  return {
    reach: [mean(column(0)), mean(column(xs.length - 1))],
    worstSpearman: Math.min(...yaws.map((yaw) => spearman(yaw, [...xs]))),
    zeroDeg,
    zeroSigmaDeg: Math.sqrt(mean(zeros.map((yaw) => (yaw - zeroDeg) ** 2))),
    degreesPerUnit: (mean(column(at(SLOPE_REACH))) - mean(column(at(-SLOPE_REACH)))) / (2 * SLOPE_REACH),
    identity: IDENTITY_TURNS.map((turn) => identityAt(turn, yaws, readings)),
  };
}

/** Mean over subjects and both sides. */
function identityAt(
  turn: number,
  yaws: readonly (readonly number[])[],
  readings: readonly (readonly Reading[])[],
): number | null {
  const cosines = yaws.flatMap((yaw, n) => {
    const frontal = readings[n]![nearest(yaw, 0)]!;
    return [-turn, turn].flatMap((wanted) => {
      const k = nearest(yaw, wanted);
      if (Math.abs(yaw[k]! - wanted) > TURN_TOLERANCE) return [];
      return [cosineSimilarity(frontal.identity, readings[n]![k]!.identity)];
    });
  });
  return cosines.length > 0 ? mean(cosines) : null;
}

/** Index of the value nearest to the wanted one. */
function nearest(values: readonly number[], wanted: number): number {
  let best = 0;
  values.forEach((value, k) => {
    if (Math.abs(value - wanted) < Math.abs(values[best]! - wanted)) best = k;
  });
  return best;
}
