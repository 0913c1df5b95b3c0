import { degrees, type Provenance, radians, viewYaws } from '@turnaround/plugin/asset';
import type { DegreeRange, Job, Model, ModelDetails } from '../service/types.ts';

/** Who is shown: all that undo goes back to. */
export interface Subject {
  readonly model: string;
  readonly seed: number;
  /** ψ of the truncation trick: 1 as varied as the model, 0 the average. */
  readonly truncation: number;
  /** How far along the model's directions, in their deviations, by name; none of them 0. */
  readonly edits: Readonly<Record<string, number>>;
  readonly refine: boolean;
}

/** Seeds are 32 bits. */
export const SEEDS: number = 2 ** 32;

export const SUBJECT_DEFAULTS: Omit<Subject, 'model'> = { seed: 4, truncation: 0.8, edits: {}, refine: true };

/** The subject of another model: directions have other meanings there. */
export const subjectOf = (model: string, { seed, truncation, refine }: Omit<Subject, 'model'>): Subject => ({
  ...{ model, seed, truncation, refine },
  edits: {},
});

/** A subject with one edit changed. */
export function withEdit(subject: Subject, name: string, amount: number): Subject {
  const { [name]: _, ...others } = subject.edits;
  return { ...subject, edits: amount === 0 ? others : { ...others, [name]: amount } };
}

/** Who a job has made; null where its model is not there any more. */
export function subjectMade(
  { request }: Pick<Job, 'request'>,
  { seed, truncation }: Pick<Provenance, 'seed' | 'truncation'>,
  models: readonly Model[],
): Subject | null {
  const { model, edits = {}, refine = true } = request;
  if (model === undefined || !models.some(({ name }) => name === model)) return null;
  return { model, seed, truncation, edits, refine };
}

/** Evenly spread yaws, degrees. */
export function yawsOf({ from, to }: DegreeRange, views: number): number[] {
  const range = { minimum: radians(from), maximum: radians(to) };
  return viewYaws({ ...range, count: views }).map((yaw) => Number(degrees(yaw).toFixed(4)));
}

/** Why a model's subjects cannot be shown as well as others, and what to do about it; null where nothing is amiss. */
export function adviceFor({ name, calibrated, refined, range }: ModelDetails): string | null {
  if (!range)
    return `Nothing turns the subjects of ${name}: its search for a direction found none. Import it again with --direction.`;
  if (!calibrated)
    return `${name} is not calibrated: degrees are estimates, and views are cross-faded without depth. Run: npx turnaround train models/${name}`;
  if (!refined)
    return `${name} has not learned to make its views agree. Run: npx turnaround train models/${name}`;
  return null;
}
