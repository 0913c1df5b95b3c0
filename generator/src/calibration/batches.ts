import type { Random } from '../graph/index.ts';
import type { SweepSet, ViewChoice } from './sweep-set.ts';

/** Views and pairs of one step. Rows of pairs name views by their place in `views`. */
export interface CalibrationBatch {
  readonly views: readonly ViewChoice[];
  /** Places along the sweep, mirrored ones negated. */
  readonly places: Float32Array;
  readonly target: BigInt64Array;
  readonly source: BigInt64Array;
  readonly pairWeight: Float32Array;
  readonly mirrorWeight: Float32Array;
}

export interface BatchOptions {
  readonly subjects: number;
  /** Views of each subject. */
  readonly views: number;
  /** Least distance of a subject's views along the sweep, in the places' unit. */
  readonly apart: number;
  /** Largest distance of a subject's views from the first of them; null: the whole sweep. */
  readonly window: number | null;
  /** Whether each view is paired with its own mirror image. */
  readonly mirrors: boolean;
}

/**
 * Draws subjects and views: all ordered pairs of a subject's views, and each view with its own mirror image. Half of
 * the subjects are mirrored whole, which negates their places.
 */
export function drawBatch(set: SweepSet, random: Random, options: BatchOptions): CalibrationBatch {
  const views: ViewChoice[] = [];
  const target: number[] = [];
  const source: number[] = [];
  const kinds: ('pair' | 'mirror')[] = [];
  const count = options.subjects * options.views;
  for (let s = 0; s < options.subjects; s++) {
    const subject = Math.floor(random.uniform() * set.subjects);
    const mirrored = random.uniform() < 0.5;
    const first = views.length;
    for (const view of drawViews(set, random, options)) views.push({ subject, view, mirrored });
    for (let a = 0; a < options.views; a++) {
      for (let b = 0; b < options.views; b++)
        if (a !== b) {
          target.push(first + a);
          source.push(first + b);
          kinds.push('pair');
        }
      if (options.mirrors) {
        target.push(first + a);
        source.push(count + first + a);
        kinds.push('mirror');
      }
    }
  }
  const weights = (kind: string): Float32Array => Float32Array.from(kinds, (k) => (k === kind ? 1 : 0));
  return {
    views,
    places: Float32Array.from(views, ({ view, mirrored }) => (mirrored ? -1 : 1) * set.places[view]!),
    target: BigInt64Array.from(target, BigInt),
    source: BigInt64Array.from(source, BigInt),
    pairWeight: weights('pair'),
    mirrorWeight: weights('mirror'),
  };
}

/**
 * Share of the even distance between views that `apart` may take: a generator that hardly turns has a range too short
 * for the views to stand as far from each other as they should.
 */
const MOST_APART = 0.75;

/** Views at least `apart` from each other, by drawing again until they are. */
function drawViews(set: SweepSet, random: Random, { views, apart, window }: BatchOptions): number[] {
  if (set.views < views)
    throw new RangeError(`sweeps: expected at least ${views} views of each subject, got ${set.views}`);
  for (;;) {
    const start = Math.floor(random.uniform() * set.views);
    const near = Array.from({ length: set.views }, (_, k) => k).filter(
      (k) => window === null || Math.abs(set.places[k]! - set.places[start]!) <= window,
    );
    const places = near.map((k) => set.places[k]!);
    const span = Math.max(...places) - Math.min(...places);
    const least = Math.min(apart, (MOST_APART * span) / Math.max(1, views - 1));
    const chosen: number[] = [];
    for (let draw = 0; draw < 40 && chosen.length < views; draw++) {
      const k = near[Math.floor(random.uniform() * near.length)]!;
      if (
        chosen.every((other) => other !== k && Math.abs(set.places[k]! - set.places[other]!) >= least - 1e-6)
      )
        chosen.push(k);
    }
    if (chosen.length === views) return chosen;
  }
}
