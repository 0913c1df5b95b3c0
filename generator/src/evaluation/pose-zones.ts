import { EvaluationError } from './errors.ts';
import { uniformGenerator } from './random.ts';

/** A range of yaw to both sides of the frontal view. */
export interface PoseZone {
  readonly name: string;
  /** Degrees; infinite for all. */
  readonly reach: number;
}

/** Those of the paper's tables 3 and 4. */
export const POSE_ZONES: readonly PoseZone[] = [
  { name: '±20°', reach: 20 },
  { name: '±40°', reach: 40 },
  { name: 'full', reach: Number.POSITIVE_INFINITY },
];

/** A picture of a set, as far as sorting goes. */
export interface PosedPicture {
  /** Degrees, as a reader saw it. */
  readonly yaw: number;
  readonly subject: number;
}

/** Width of the steps of yaw that must hold as many of both sets, degrees. */
const BIN = 10;

/** Indices into two sets, as many each. */
export interface MatchedSets {
  readonly real: readonly number[];
  readonly drawn: readonly number[];
}

/**
 * Chooses as many pictures of both sets in a zone, and as many in every 10° of yaw: else a distance would compare how far
 * people turn their heads, not what they look like. Subjects take turns, so that none has more pictures than needed.
 *
 * @param limit  most pictures of each set; fewer are thinned evenly over the yaws
 * @returns at most `limit` indices each; none where the sets have no yaws in common
 */
export function matchPoses(
  real: readonly PosedPicture[],
  drawn: readonly PosedPicture[],
  zone: PoseZone,
  limit: number = Number.POSITIVE_INFINITY,
  seed = 0,
): MatchedSets {
  const [realBins, drawnBins] = [real, drawn].map((set, k) => bins(set, zone, seed + k)) as [Bins, Bins];
  const pairs: { readonly order: number; readonly real: number; readonly drawn: number }[] = [];
  for (const [bin, ours] of drawnBins) {
    const theirs = realBins.get(bin) ?? [];
    const count = Math.min(ours.length, theirs.length);
    for (let k = 0; k < count; k++)
      pairs.push({ order: (k + 0.5) / count, real: theirs[k]!, drawn: ours[k]! });
  }
  const chosen = pairs.sort((a, b) => a.order - b.order).slice(0, limit);
  return { real: chosen.map((pair) => pair.real), drawn: chosen.map((pair) => pair.drawn) };
}

type Bins = ReadonlyMap<number, readonly number[]>;

/** A zone's pictures by steps of yaw; within a step subjects take turns, in a random order. */
function bins(set: readonly PosedPicture[], { reach }: PoseZone, seed: number): Bins {
  const uniform = uniformGenerator(seed);
  const places = set.map((_, k) => ({ k, chance: uniform() })).sort((a, b) => a.chance - b.chance);
  const turns = new Map<string, number>();
  const byBin = new Map<number, { readonly k: number; readonly turn: number }[]>();
  for (const { k } of places) {
    const { yaw, subject } = set[k]!;
    if (!Number.isFinite(yaw)) throw new EvaluationError(`matchPoses: expected a yaw in degrees, got ${yaw}`);
    if (Math.abs(yaw) > reach) continue;
    const bin = Math.floor(yaw / BIN);
    const turn = turns.get(`${bin} ${subject}`) ?? 0;
    turns.set(`${bin} ${subject}`, turn + 1);
    byBin.set(bin, [...(byBin.get(bin) ?? []), { k, turn }]);
  }
  return new Map(
    [...byBin].map(([bin, list]) => [bin, list.sort((a, b) => a.turn - b.turn).map(({ k }) => k)]),
  );
}
