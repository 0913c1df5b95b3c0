import { selectViews, type ViewRange, type ViewSample, viewYaws } from '../asset/index.ts';

/** A view that stands in a cell of the atlas. */
export interface CachedView {
  /** Radians. */
  readonly yaw: number;
  readonly cell: number;
  /** Seconds, when it came. */
  readonly since: number;
}

/** Where a camera is on its way round the subject. */
export interface CameraPath {
  /** Radians, within the range. */
  readonly yaw: number;
  /** Radians a second. */
  readonly velocity: number;
  /** Seconds for which it has not moved. */
  readonly resting: number;
}

export interface ViewCacheOptions {
  /** K, views that are kept; at least 2. */
  readonly cells: number;
  readonly range: ViewRange;
  /** Radians between views that are made ahead of a camera. */
  readonly spacing: number;
}

/** A view this near to a yaw is that yaw's (radians): .4°, half a pixel of a face of 128². */
const EXACT = 0.007;

/** A camera that has rested for this long is shown a view of its own yaw. Seconds. */
export const RESTED = 0.15;

/** Seconds in which a new view takes its place, so that nothing pops. */
const FADE = 0.2;

/** Two views farther apart than this are not mixed but near their middle (radians). */
const APART = 0.7;

/**
 * Which views of one face are kept and which is made next: those nearest to a camera's path, the ones ahead of it first, and
 * where it rests one of its very yaw. Knows nothing of pictures.
 */
export class ViewCache {
  /** By rising yaw. */
  private kept: readonly CachedView[] = [];
  private readonly cells: number;
  private readonly range: ViewRange;
  private readonly grid: readonly number[];

  constructor({ cells, range, spacing }: ViewCacheOptions) {
    this.cells = cells;
    this.range = range;
    const width = range.maximum - range.minimum;
    this.grid = viewYaws({ ...range, count: Math.max(2, Math.round(width / spacing) + 1) });
  }

  /** By rising yaw. */
  get views(): readonly CachedView[] {
    return this.kept;
  }

  clear(): void {
    this.kept = [];
  }

  /**
   * The yaw of the view to make next.
   * @param onScreen cells that must stay
   * @returns radians; null where all that would fit are there
   */
  wanted(path: CameraPath, onScreen: ReadonlySet<number>): number | null {
    for (const yaw of this.plan(path)) {
      if (this.has(yaw)) continue;
      return this.cellFor(yaw, path, onScreen) === null ? null : yaw;
    }
    return null;
  }

  /** Where a view goes: a free cell, or the one of the view farthest from the camera; null where all are nearer. */
  cellFor(yaw: number, { yaw: at }: CameraPath, onScreen: ReadonlySet<number>): number | null {
    const taken = new Set(this.kept.map(({ cell }) => cell));
    for (let cell = 0; cell < this.cells; cell++) if (!taken.has(cell)) return cell;
    const far = (view: { readonly yaw: number }): number => Math.abs(view.yaw - at);
    const least = this.kept
      .filter(({ cell }) => !onScreen.has(cell))
      .reduce<CachedView | null>((worst, view) => (worst && far(worst) >= far(view) ? worst : view), null);
    return least && far(least) > far({ yaw }) ? least.cell : null;
  }

  /** Whether a view of that very yaw is there. */
  has(yaw: number): boolean {
    return this.kept.some((view) => Math.abs(view.yaw - yaw) < EXACT);
  }

  /** Puts a view into a cell, in place of what was there. @param now seconds */
  put(yaw: number, cell: number, now: number): void {
    this.kept = [...this.kept.filter((view) => view.cell !== cell), { yaw, cell, since: now }].sort(
      (a, b) => a.yaw - b.yaw,
    );
  }

  /** What a camera is shown: up to three of `views`, by index. @param now seconds */
  select(yaw: number, now: number): readonly ViewSample[] {
    const all = between(this.kept, yaw);
    const age = Math.min(...all.map(({ index }) => now - this.kept[index]!.since));
    const settled = this.kept.filter((view) => now - view.since >= FADE);
    if (age >= FADE || settled.length === 0) return all;
    const shown = smooth(age / FADE);
    const before = between(settled, yaw).map(({ index, weight }) => ({
      index: this.kept.indexOf(settled[index]!),
      weight: (1 - shown) * weight,
    }));
    return merged([...all.map(({ index, weight }) => ({ index, weight: shown * weight })), ...before]);
  }

  /** Yaws in the order that they are wanted in, no more than fit. */
  private plan({ yaw, velocity, resting }: CameraPath): number[] {
    const at = Math.min(this.range.maximum, Math.max(this.range.minimum, yaw));
    // Before all else, something to show.
    if (this.kept.length === 0) return [at];
    const rests = resting >= RESTED;
    const ahead = (one: number): number => (one - at) * Math.sign(velocity);
    // What lies behind a moving camera counts as three times as far away.
    const cost = (one: number): number =>
      Math.abs(one - at) * (!rests && velocity !== 0 && ahead(one) < 0 ? 3 : 1);
    const grid = [...this.grid].sort((a, b) => cost(a) - cost(b));
    const planned = rests ? [at, ...grid] : grid;
    return planned.slice(0, this.cells);
  }
}

/** The two views about a yaw; of views far apart the nearer one, with a soft change-over. */
function between(views: readonly CachedView[], yaw: number): readonly ViewSample[] {
  const { samples } = selectViews(
    views.map((view) => ({ yaw: view.yaw, pitch: 0 })),
    yaw,
  );
  const [low, high] = samples;
  if (!low || !high) return samples;
  if (views[high.index]!.yaw - views[low.index]!.yaw <= APART) return samples;
  const share = smooth(Math.min(1, Math.max(0, (high.weight - 0.4) / 0.2)));
  return merged([
    { index: low.index, weight: 1 - share },
    { index: high.index, weight: share },
  ]);
}

const smooth = (x: number): number => x * x * (3 - 2 * x);

/** Each view once, the three heaviest, by index, weights summing to 1. */
function merged(samples: readonly ViewSample[]): ViewSample[] {
  const sums = new Map<number, number>();
  for (const { index, weight } of samples) sums.set(index, (sums.get(index) ?? 0) + weight);
  const heaviest = [...sums]
    .filter(([, weight]) => weight > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .sort((a, b) => a[0] - b[0]);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0);
  return heaviest.map(([index, weight]) => ({ index, weight: weight / total }));
}
