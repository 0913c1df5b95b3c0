import { radians, type ViewAngles, wrapAngle } from './camera.ts';
import { AssetError } from './errors.ts';

/** A fan of views. */
export interface ViewRange {
  /** Radians, at least −π. */
  readonly minimum: number;
  /** Radians, at most π; not below `minimum`. */
  readonly maximum: number;
}

/**
 * Reads a range of yaw as people write it, `-60:60` in degrees.
 *
 * @throws AssetError with `code` `range`
 */
export function parseRange(text: string): ViewRange {
  const number = String.raw`\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*`;
  const found = new RegExp(`^${number}:${number}$`).exec(text);
  const [minimum, maximum] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || minimum < -180 || maximum > 180 || minimum > maximum)
    throw new AssetError(
      'range',
      `range: expected FROM:TO in degrees within -180:180, such as -60:60, got ${text}`,
    );
  return { minimum: radians(minimum), maximum: radians(maximum) };
}

/**
 * The yaw of each of `count` views, evenly spaced from `minimum` to `maximum`, in rising order; the middle where one
 * view is asked for. A full circle ends one step before it meets its beginning.
 *
 * @returns radians
 * @throws AssetError with `code` `range`
 */
export function viewYaws({ minimum, maximum, count }: ViewRange & { readonly count: number }): number[] {
  if (!Number.isInteger(count) || count < 1)
    throw new AssetError('range', `views: expected a whole number of at least 1, got ${count}`);
  if (!(minimum <= maximum) || (count > 1 && minimum === maximum))
    throw new AssetError('range', `range: expected room for ${count} views, got ${minimum}:${maximum}`);
  if (count === 1) return [(minimum + maximum) / 2];
  const full = maximum - minimum >= 2 * Math.PI - 1e-9;
  const steps = full ? count : count - 1;
  // Counted from both ends: −60:60 gives exactly 0 in the middle, and the same sizes on both sides.
  return Array.from({ length: count }, (_, k) => minimum * ((steps - k) / steps) + maximum * (k / steps));
}

/** A view that takes part in the picture. */
export interface ViewSample {
  /** Into the list of views. */
  readonly index: number;
  /** 0..1; the weights sum to 1. */
  readonly weight: number;
}

/** What to show from one direction. */
export interface ViewSelection {
  /** One view, two that the yaw lies between, or three about a direction, in the order of the list. */
  readonly samples: readonly ViewSample[];
  /** Radians; the yaw asked for, or the nearest that is stored where that lies beyond the range. */
  readonly yaw: number;
  /** True beyond the stored range, where the last view is held. */
  readonly outside: boolean;
}

/** Yaw this little beyond the last view still counts as the last view (radians; a thousandth of a degree). */
const TOLERANCE = radians(1e-3);

/**
 * The stored views that bracket a direction. In a row of one pitch those are two, with weights linear in angle. Between two
 * rows of the same yaws they are the three corners of a triangle, with barycentric weights; rows of different yaws
 * have nothing in common to go through, and the nearest is taken. Beyond the rows the outermost is held. Views all
 * round the subject close into a ring.
 *
 * @param views  at least one, ordered by pitch, then yaw
 * @param yaw    radians, any turn
 * @param pitch  radians; never changes the yaw
 */
export function selectViews(views: readonly ViewAngles[], yaw: number, pitch = 0): ViewSelection {
  const { low, high, share } = bracketRows(views, pitch);
  const below = selectInRow(views, low, yaw);
  if (share === 0) return below;
  const above = selectInRow(views, high, yaw);
  return { ...below, samples: triangle(below.samples, above.samples, share) };
}

/** The two views of a row that bracket a yaw. */
function selectInRow(views: readonly ViewAngles[], [first, end]: Row, yaw: number): ViewSelection {
  const row = views.slice(first, end);
  const asked = wrapAngle(yaw);
  const next = row.findIndex((view) => view.yaw >= asked);
  if (next > 0) return between(row, first, next - 1, next, asked);
  if (next === 0 && row[0]!.yaw === asked)
    return { samples: [{ index: first, weight: 1 }], yaw: asked, outside: false };
  if (isRing(row)) return between(row, first, row.length - 1, 0, asked);
  const last = row.length - 1;
  const beyond = (k: number): number => Math.abs(wrapAngle(asked - row[k]!.yaw));
  const held = beyond(0) <= beyond(last) ? 0 : last;
  return {
    samples: [{ index: first + held, weight: 1 }],
    yaw: row[held]!.yaw,
    outside: beyond(held) > TOLERANCE,
  };
}

/**
 * A cell of the grid is cut along the diagonal from its upper left to its lower right corner.
 * @param below, above  of two rows with the same yaws
 * @param share         of the upper row
 */
function triangle(
  below: readonly ViewSample[],
  above: readonly ViewSample[],
  share: number,
): readonly ViewSample[] {
  const across = below[1]?.weight ?? 0;
  const corners =
    across + share <= 1
      ? [
          { index: below[0]!.index, weight: 1 - across - share },
          { index: below[1]?.index ?? -1, weight: across },
          { index: above[0]!.index, weight: share },
        ]
      : [
          { index: below[1]!.index, weight: 1 - share },
          { index: above[0]!.index, weight: 1 - across },
          { index: above[1]!.index, weight: across + share - 1 },
        ];
  return corners.filter(({ weight }) => weight > 0);
}

function between(
  row: readonly ViewAngles[],
  first: number,
  low: number,
  high: number,
  yaw: number,
): ViewSelection {
  const turn = (from: number, to: number): number => (to - from + 2 * Math.PI) % (2 * Math.PI);
  const weight = turn(row[low]!.yaw, yaw) / turn(row[low]!.yaw, row[high]!.yaw);
  const samples = [
    { index: first + low, weight: 1 - weight },
    { index: first + high, weight },
  ].filter((sample) => sample.weight > 0);
  return { samples, yaw, outside: false };
}

/** First and end of a row in the list. */
type Row = readonly [number, number];

/** The rows that a pitch lies between, and the upper one's share; the nearest, with none, where they do not go together. */
function bracketRows(views: readonly ViewAngles[], pitch: number): { low: Row; high: Row; share: number } {
  const rows: Row[] = [];
  for (let first = 0; first < views.length; ) {
    let end = first;
    while (end < views.length && views[end]!.pitch === views[first]!.pitch) end++;
    rows.push([first, end]);
    first = end;
  }
  const at = ([first]: Row): number => views[first]!.pitch;
  const above = rows.findIndex((row) => at(row) >= pitch);
  if (above <= 0) {
    const only = rows[above === 0 ? 0 : rows.length - 1]!;
    return { low: only, high: only, share: 0 };
  }
  const [low, high] = [rows[above - 1]!, rows[above]!];
  const share = (pitch - at(low)) / (at(high) - at(low));
  if (goTogether(views, low, high)) return share === 1 ? { low: high, high, share: 0 } : { low, high, share };
  const nearest = share <= 0.5 ? low : high;
  return { low: nearest, high: nearest, share: 0 };
}

/** Whether two rows have the same yaws. */
const goTogether = (views: readonly ViewAngles[], [from, to]: Row, [first, end]: Row): boolean =>
  to - from === end - first &&
  views.slice(from, to).every(({ yaw }, k) => Math.abs(yaw - views[first + k]!.yaw) < TOLERANCE);

/** Whether the gap between the last view and the first is an ordinary step. */
function isRing(row: readonly ViewAngles[]): boolean {
  if (row.length < 3) return false;
  const steps = row.slice(1).map((view, k) => view.yaw - row[k]!.yaw);
  return row[0]!.yaw + 2 * Math.PI - row.at(-1)!.yaw <= 1.001 * Math.max(...steps);
}
