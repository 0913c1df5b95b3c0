import {
  frechetDistance,
  kernelDistance,
  type MatchedSets,
  matchPoses,
  type PosedPicture,
  type PoseZone,
} from '../../evaluation/index.ts';
import { type Figures, yawOf } from '../../evaluation/report/index.ts';
import type { Platform } from '../platform.ts';
import type { MeasuredSubject } from './measure-subject.ts';
import type { Readers } from './open-readers.ts';
import { listPictures, readPicture } from './real-pictures.ts';

/** Real pictures, sorted by the yaw that the reader sees; their features are read when they are needed. */
export interface RealSet {
  readonly folder: string;
  readonly posed: readonly PosedPicture[];
  features(indices: readonly number[]): Promise<Float32Array[]>;
}

/** Pictures read at once. */
const BATCH = 16;

/** Reads the yaws of a folder's pictures; without a reader all count as frontal, and only the full range has a meaning. */
export async function openRealSet(
  platform: Platform,
  readers: Readers,
  folder: string,
  most: number,
): Promise<RealSet> {
  const paths = await listPictures(platform, folder, most);
  const posed: PosedPicture[] = [];
  for (let start = 0; start < paths.length; start += BATCH) {
    platform.signal.throwIfAborted();
    const part = paths.slice(start, start + BATCH);
    const pictures = readers.yaw ? await Promise.all(part.map((path) => readPicture(platform, path))) : [];
    const yaws = (await readers.yaw?.read(pictures)) ?? part.map(() => 0);
    yaws.forEach((yaw) => void posed.push({ yaw, subject: posed.length }));
    platform.progress({ stage: 'real pictures', done: posed.length, total: paths.length });
  }
  const known = new Map<number, Float32Array>();
  return {
    folder,
    posed,
    async features(indices) {
      for (const index of indices) {
        if (known.has(index)) continue;
        platform.signal.throwIfAborted();
        const [vector] = await readers.distribution!.features([await readPicture(platform, paths[index]!)]);
        known.set(index, vector!);
        if (known.size % BATCH === 0)
          platform.progress({
            stage: 'real features',
            done: known.size,
            total: known.size,
            text: 'pictures',
          });
      }
      return indices.map((index) => known.get(index)!);
    },
  };
}

/** One way of drawing, as a set of pictures with poses. */
export interface DrawnSet {
  readonly posed: readonly PosedPicture[];
  readonly features: readonly Float32Array[];
}

/** All views of all subjects. */
export const drawnSet = (subjects: readonly MeasuredSubject[], posed: boolean): DrawnSet => ({
  posed: subjects.flatMap(({ seed, views }) =>
    views.map((view) => ({ yaw: posed ? yawOf(view) : 0, subject: seed })),
  ),
  features: subjects.flatMap(({ features }) => [...features]),
});

/** Pictures of each set that a distance needs to say anything at all. */
const LEAST = 8;

/** From how many pictures of each set distances are taken, and in which zones. */
export interface CommonCount {
  /** 0 where no zone holds enough. */
  readonly count: number;
  readonly zones: readonly PoseZone[];
}

/**
 * How many pictures every distance can be taken from, so that all are of as many: the least that a way of drawing has in common
 * with the real set. Zones that hold too few to say anything are left out, and do not count.
 */
export function commonCount(
  real: RealSet,
  drawn: readonly DrawnSet[],
  zones: readonly PoseZone[],
): CommonCount {
  const counts = zones.map((zone) =>
    Math.min(
      ...drawn.map(({ posed }) => {
        const matched = matchPoses(real.posed, posed, zone);
        const subjects = new Set(matched.drawn.map((k) => posed[k]!.subject));
        return subjects.size < 2 ? 0 : matched.drawn.length;
      }),
    ),
  );
  const enough = zones.filter((_, k) => counts[k]! >= LEAST);
  return {
    count: enough.length > 0 ? Math.min(...counts.filter((count) => count >= LEAST)) : 0,
    zones: enough,
  };
}

/** Distances of one way of drawing to the real set in one zone. @param count of `commonCount`, in a zone of its */
export async function distances(
  real: RealSet,
  drawn: DrawnSet,
  zone: PoseZone,
  count: number,
): Promise<Figures> {
  const matched: MatchedSets = matchPoses(real.posed, drawn.posed, zone, count);
  const theirs = await real.features(matched.real);
  const ours = matched.drawn.map((k) => drawn.features[k]!);
  const subjects = matched.drawn.map((k) => drawn.posed[k]!.subject);
  const { value, interval } = kernelDistance({ features: ours, subjects }, { features: theirs });
  return {
    frechet: { value: frechetDistance(ours, theirs), low: null, high: null, count },
    kernel: { value: 100 * value, low: 100 * interval.low, high: 100 * interval.high, count },
  };
}
