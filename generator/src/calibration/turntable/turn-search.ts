import type { Runtime } from '../../graph/index.ts';
import { readViews, type SweepSet } from '../sweep-set.ts';
import { openWarpErrors } from './warp-errors.ts';

export interface TurnSearchOptions {
  /** Focal length in half-widths. */
  readonly focal: number;
  /** Radians; the smallest and the largest turn between neighbours that are tried. */
  readonly least: number;
  readonly widest: number;
  /** Turns that are tried to each side, each a fixed multiple of the one before. */
  readonly tries: number;
  /** What a person says of the way; null: found. */
  readonly sign: 1 | -1 | null;
  /** Ends the search between two pairs when it fires. */
  readonly signal: AbortSignal | null;
}

/** 1° to 45°, each a fifth larger than the one before. */
export const TURN_SEARCH_DEFAULTS: Omit<TurnSearchOptions, 'focal'> = {
  least: Math.PI / 180,
  widest: Math.PI / 4,
  tries: 22,
  sign: null,
  signal: null,
};

/** What neighbours say about the turn between them. */
export interface TurnSearch {
  /** 1: faces turn to the viewer's right from one picture to the next; −1: to the left. */
  readonly sign: 1 | -1;
  /** Photometric error of the other sign ÷ that of this one: near 1 the pictures do not say which way they turn. */
  readonly contrast: number;
  /** Photometric error of this sign ÷ that of pictures left as they are: near 1 nothing turns. */
  readonly gain: number;
  /** Radians from each view to the next, of `sign`: the best turns of a blob. */
  readonly steps: Float32Array;
}

/**
 * Which way a turntable turns, and about how far from each picture to the next, before anything is learned: pictures
 * are warped onto their neighbours over a convex blob by turns from a list. A convex subject that turns to the right
 * looks like a concave one that turns to the left, but subjects are convex on the whole.
 */
export async function searchTurn(
  runtime: Runtime,
  set: SweepSet,
  options: Pick<TurnSearchOptions, 'focal'> & Partial<TurnSearchOptions>,
): Promise<TurnSearch> {
  const { focal, least, widest, tries, sign, signal } = { ...TURN_SEARCH_DEFAULTS, ...options };
  const right = Array.from({ length: tries }, (_, k) => least * (widest / least) ** (k / (tries - 1)));
  const turns = [...right.toReversed().map((turn) => -turn), 0, ...right];
  const warps = await openWarpErrors(runtime, set.side, focal);
  const errors: Float32Array[] = [];
  try {
    for (let view = 0; view + 1 < set.views; view++) {
      signal?.throwIfAborted();
      const [one, next] = [readView(set, view), readView(set, view + 1)];
      const rows = turns.flatMap((turn) => [
        { target: one.image, mask: one.mask, depth: one.blob, source: next.image, turn },
        { target: next.image, mask: next.mask, depth: next.blob, source: one.image, turn: -turn },
      ]);
      const both = await warps.measure(rows);
      errors.push(Float32Array.from(turns, (_, k) => (both[2 * k]! + both[2 * k + 1]!) / 2));
    }
  } finally {
    await warps.release();
  }
  return decide(errors, turns, tries, sign);
}

/** Least and largest step as a multiple of the median one: a blob's best turn for one pair may be far off. */
const LEAST_STEP = 1 / 6;
const LARGEST_STEP = 6;

/** @param errors f32 [turns] of each pair of neighbours @param middle index of turn 0 */
function decide(
  errors: readonly Float32Array[],
  turns: readonly number[],
  middle: number,
  given: 1 | -1 | null,
): TurnSearch {
  const best = (sign: 1 | -1) =>
    errors.map((row) => {
      let at = middle + sign;
      for (let k = at; k >= 0 && k < turns.length; k += sign) if (row[k]! < row[at]!) at = k;
      return { error: row[at]!, turn: Math.abs(turns[at]!) };
    });
  const [right, left] = [best(1), best(-1)];
  const total = (list: readonly { readonly error: number }[]) =>
    list.reduce((sum, { error }) => sum + error, 0);
  const sign = given ?? (total(right) <= total(left) ? 1 : -1);
  const [own, other] = sign === 1 ? [right, left] : [left, right];
  const middleStep = median(own.map(({ turn }) => turn));
  return {
    sign,
    contrast: total(other) / total(own),
    gain: total(own) / errors.reduce((sum, row) => sum + row[middle]!, 0),
    steps: Float32Array.from(
      own,
      ({ turn }) => sign * Math.min(LARGEST_STEP * middleStep, Math.max(LEAST_STEP * middleStep, turn)),
    ),
  };
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;

const readView = (set: SweepSet, view: number) => readViews(set, [{ subject: 0, view, mirrored: false }]);
