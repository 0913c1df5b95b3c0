/** The ceiling of the refiner's figures, true people's sweeps, and how well the judge reads them. */
import { degrees } from '@turnaround/plugin/asset';
import {
  cosineSimilarity,
  MASK_THRESHOLD,
  median,
  pearson,
} from '../../../generator/src/evaluation/index.ts';
import { TruthError } from './errors.ts';
import type { Reading } from './judge.ts';
import { type Judging, judgeViews } from './refiner-bench.ts';
import { type MeasuredSweep, REACHES, STEP_DEG, sweepYaws } from './refiner-sweep.ts';
import type { SweepSource, SweepView } from './sweeps.ts';

/** How well the judge reads the true sweeps. */
export interface JudgeAccuracy {
  /** Medians of the absolute errors, degrees. */
  readonly yawDeg: number;
  readonly pitchDeg: number;
  /** Pearson's correlation with true depth inside the true mask, median over views. */
  readonly depthPearson: number;
  /** Share of pairs of a frontal view and one 15°, 30° or 45° from it in which the same person is the nearer: 1 is best. */
  readonly identityAuc: readonly number[];
}

/** Turns at which identities are told apart, degrees. */
const TURNS = [15, 30, 45] as const;

interface JudgedPerson {
  readonly views: readonly SweepView[];
  readonly readings: readonly Reading[];
}

/** Measures every person's sweep by 7.5° as a generated one is, and holds the judge against the truth on the way. */
export async function judgeTrueSweeps(
  source: SweepSource,
  judging: Pick<Judging, 'judge'>,
): Promise<{ sweeps: MeasuredSweep[]; accuracy: JudgeAccuracy }> {
  const yaws = sweepYaws(REACHES[1]);
  const sweeps: MeasuredSweep[] = [];
  const people: JudgedPerson[] = [];
  for (const subject of source.subjects) {
    const all = (await source.load(subject)).views;
    const views = yaws.map((yaw) => viewAt(all, yaw, subject));
    const { measured, readings } = await judgeViews(
      judging,
      `sweep ${subject}`,
      yaws,
      views.map(({ image }) => image),
    );
    sweeps.push(measured);
    people.push({ views, readings });
  }
  return { sweeps, accuracy: judgeAccuracy(people) };
}

/** Degrees by which a view may miss its yaw. */
const TOLERANCE_DEG = 0.1;

function viewAt(views: readonly SweepView[], yaw: number, subject: number): SweepView {
  const found = views.find((view) => Math.abs(degrees(view.yaw - yaw)) < TOLERANCE_DEG);
  if (found) return found;
  throw new TruthError('data', `sweep ${subject}: expected a view at ${degrees(yaw)}°, found none`);
}

/** @param people views by 7.5° from −60° to 60° with the judge's readings */
export function judgeAccuracy(people: readonly JudgedPerson[]): JudgeAccuracy {
  const each = people.flatMap(({ views, readings }) =>
    views.map((view, k) => ({ view, reading: readings[k]! })),
  );
  return {
    yawDeg: median(each.map(({ view, reading }) => degrees(Math.abs(reading.yaw - view.yaw)))),
    pitchDeg: median(each.map(({ reading }) => degrees(Math.abs(reading.pitch)))),
    depthPearson: median(
      each.map(({ view: { mask, depth }, reading }) => {
        const inside = (plane: Float32Array) => plane.filter((_, k) => mask[k]! > MASK_THRESHOLD);
        return pearson(inside(reading.depth), inside(depth));
      }),
    ),
    identityAuc: TURNS.map((turn) => identityAuc(people, Math.round(turn / STEP_DEG))),
  };
}

/** Area under the curve: how often the same person's cosine is above another's, ties counted half. */
function identityAuc(people: readonly JudgedPerson[], steps: number): number {
  const cosines = people.flatMap(({ readings: from }, a) => {
    const middle = from.length >> 1;
    return people.flatMap(({ readings: to }, b) =>
      [-steps, steps].map((step) => ({
        same: a === b,
        cosine: cosineSimilarity(from[middle]!.identity, to[middle + step]!.identity),
      })),
    );
  });
  const [same, other] = [true, false].map((wanted) => cosines.filter((one) => one.same === wanted));
  let wins = 0;
  for (const one of same!)
    for (const two of other!) wins += one.cosine > two.cosine ? 1 : one.cosine === two.cosine ? 0.5 : 0;
  return wins / (same!.length * other!.length);
}
