import {
  add,
  concat,
  div,
  float32,
  float32Data,
  Graph,
  mul,
  type Runtime,
  reduceSum,
  reshape,
  serialize,
  slice,
  type Value,
} from '../../graph/index.ts';
import { photometricError } from '../photometric.ts';
import { readViews, type SweepSet } from '../sweep-set.ts';
import { warp, yawOrbit } from '../warp/index.ts';

export interface TurnSearchOptions {
  /** Focal length in half-widths. */
  readonly focal: number;
  /** Radians; the smallest and the largest turn between neighbours that are tried. */
  readonly least: number;
  readonly widest: number;
  /** Turns that are tried to each side, each a fixed multiple of the one before. */
  readonly tries: number;
}

/** 1° to 45°, each an eighth larger than the one before. */
export const TURN_SEARCH_DEFAULTS: Omit<TurnSearchOptions, 'focal'> = {
  least: Math.PI / 180,
  widest: Math.PI / 4,
  tries: 33,
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
  const { focal, least, widest, tries } = { ...TURN_SEARCH_DEFAULTS, ...options };
  const session = await runtime.load(serialize(turnErrors(set.side, focal)));
  const right = Array.from({ length: tries }, (_, k) => least * (widest / least) ** (k / (tries - 1)));
  const turns = [...right.toReversed().map((turn) => -turn), 0, ...right];
  const errors: Float32Array[] = [];
  try {
    for (let view = 0; view + 1 < set.views; view++) {
      const { image, mask, blob } = readViews(set, [
        { subject: 0, view, mirrored: false },
        { subject: 0, view: view + 1, mirrored: false },
      ]);
      const plane = [2, 1, set.side, set.side];
      const feeds = {
        image: float32(image, [2, 3, set.side, set.side]),
        mask: float32(mask, plane),
        depth: float32(blob, plane),
      };
      const row = new Float32Array(turns.length);
      for (const [k, turn] of turns.entries()) {
        const outputs = await session.run({ ...feeds, turn: float32(Float32Array.of(turn, -turn), [2]) });
        row[k] = float32Data(outputs, 'error').reduce((a, b) => a + b) / 2;
      }
      errors.push(row);
    }
  } finally {
    await session.release();
  }
  return decide(errors, turns, tries);
}

/** Least and largest step as a multiple of the median one: a blob's best turn for one pair may be far off. */
const LEAST_STEP = 1 / 6;
const LARGEST_STEP = 6;

/** @param errors f32 [turns] of each pair of neighbours @param middle index of turn 0 */
function decide(errors: readonly Float32Array[], turns: readonly number[], middle: number): TurnSearch {
  const best = (sign: 1 | -1) =>
    errors.map((row) => {
      let at = middle + sign;
      for (let k = at; k >= 0 && k < turns.length; k += sign) if (row[k]! < row[at]!) at = k;
      return { error: row[at]!, turn: Math.abs(turns[at]!) };
    });
  const [right, left] = [best(1), best(-1)];
  const total = (list: readonly { readonly error: number }[]) =>
    list.reduce((sum, { error }) => sum + error, 0);
  const sign = total(right) <= total(left) ? 1 : -1;
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

/**
 * Mean photometric error within the mask of two views warped onto each other by given turns.
 * Inputs: `image` f32 [2,3,S,S], `mask` and `depth` f32 [2,1,S,S], `turn` f32 [2], radians from each view to the
 * other; output: `error` f32 [2].
 */
function turnErrors(side: number, focal: number): Graph {
  const graph = new Graph('turn');
  const image = graph.input('image', 'float32', [2, 3, side, side]);
  const mask = graph.input('mask', 'float32', [2, 1, side, side]);
  const depth = graph.input('depth', 'float32', [2, 1, side, side]);
  const turn = graph.input('turn', 'float32', [2]);
  const swapped = (value: Value) => concat([slice(value, 0, 1, 2), slice(value, 0, 0, 1)], 0);
  const warped = warp({ image: swapped(image), depth, motion: yawOrbit(turn), focal });
  const seen = mul(mask, warped.valid);
  const error = reduceSum(mul(photometricError(warped.image, image), seen), [1, 2, 3]);
  graph.output('error', reshape(div(error, add(reduceSum(seen, [1, 2, 3]), 1e-6)), [2]));
  return graph;
}
