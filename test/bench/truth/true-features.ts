/** The judge's features of true people: what the distance to the true distribution, at equal yaws, is taken from. */
import { degrees } from '@turnaround/plugin/asset';
import { mean } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { SharedJudge } from './judge.ts';
import { meanKernelBetween, meanKernelWithin } from './kernel-distance.ts';
import type { Renders } from './renders.ts';

/** Degrees of yaw that are taken for one: 4,000 renders over ±65° are some 150 each. */
const BIN_DEG = 5;

/** Renders that the judge reads at once. */
const BATCH = 32;

/** A view as it is compared. */
export interface SeenFeatures {
  /** Degrees, as the judge reads it. */
  readonly readDeg: number;
  /** f32 [d] */
  readonly features: Float32Array;
}

/** Distances to true single views, in the KID's form (`kernelDistance`). */
export interface TrueDistances {
  /**
   * Mean over the yaws that were asked for, of the views at one with renders of the yaws that those show. It is 0 only where
   * what is seen at each yaw is what true people look like there.
   */
  readonly atYaws: number;
  /**
   * Of all views together with renders of the same yaws. What is wrong to one side and the other way to the other side
   * cancels here, and what is wrong alike on all sides does not: a sweep that drifts away from its subjects' flaws reads less
   * than one that turns the same subjects without drift.
   */
  readonly mixed: number;
  /** The same where every view is a draw of its own, as the usual estimate has it: agreement of a subject's views raises it. */
  readonly plain: number;
}

export interface TrueFeatures {
  /**
   * All renders count, those of a yaw as much as views that show it are among the generated ones.
   *
   * Taking some renders near each yaw instead leaves to chance which people they show: 624 of 4,000 read 5.8 to 7.5·10⁻³ for
   * unrefined sweeps of 96 subjects turned .95 to 1 times as far, all of them 6.56 to 6.58.
   * @param groups subjects, each with a view for each yaw that was asked for, in one order
   * @throws TruthError `data` where nobody is seen at a yaw, or subjects have different numbers of views
   */
  distances(groups: readonly (readonly SeenFeatures[])[]): Promise<TrueDistances>;
}

/** Reads all renders once, when they are first wanted: a minute or two. */
export function trueFeatures(renders: Renders, judge: Pick<SharedJudge, 'read'>): TrueFeatures {
  let reading: Promise<TrueBins> | undefined;
  return {
    async distances(groups) {
      const count = groups[0]?.length ?? 0;
      if (groups.some(({ length }) => length !== count))
        throw new TruthError('data', `features: expected ${count} views of each subject, got other numbers`);
      reading ??= readBins(renders, judge);
      const bins = await reading;
      const places = Array.from({ length: count }, (_, k) => groups.map((views) => [views[k]!]));
      const views = groups.flat();
      const truth = truthTerms(views, bins);
      return {
        atYaws: mean(places.map((place) => kernelOf(place) + truthTerms(place.flat(), bins))),
        mixed: kernelOf(groups) + truth,
        plain: kernelOf(views.map((view) => [view])) + truth,
      };
    },
  };
}

/** Features of true views by yaw, and mean kernels between those of two yaws. */
interface TrueBins {
  readonly features: ReadonlyMap<number, readonly Float32Array[]>;
  kernel(a: number, b: number): number;
}

async function readBins({ renders, load }: Renders, judge: Pick<SharedJudge, 'read'>): Promise<TrueBins> {
  const features = new Map<number, Float32Array[]>();
  for (let from = 0; from < renders.length; from += BATCH) {
    const part = renders.slice(from, from + BATCH);
    const images: RgbImage[] = [];
    for (const render of part) images.push(await load(render));
    const readings = await judge.read(images);
    for (const [k, { yaw }] of part.entries()) {
      const bin = Math.round(degrees(yaw) / BIN_DEG);
      const own = features.get(bin) ?? [];
      own.push(readings[k]!.features);
      features.set(bin, own);
    }
  }
  const known = new Map<string, number>();
  return {
    features,
    kernel(a, b) {
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      let value = known.get(key);
      if (value === undefined) {
        const [rows, columns] = [features.get(a)!, features.get(b)!];
        value = a === b ? meanKernelWithin(rows.map((row) => [row])) : meanKernelBetween(rows, columns);
        known.set(key, value);
      }
      return value;
    },
  };
}

/** Mean kernel between views of different groups. */
const kernelOf = (groups: readonly (readonly SeenFeatures[])[]): number =>
  meanKernelWithin(groups.map((group) => group.map((view) => view.features)));

/** What is added to it for a distance: the truth's own kernel at the views' yaws, less twice that between both. */
function truthTerms(views: readonly SeenFeatures[], { features, kernel }: TrueBins): number {
  const bins = [...features.keys()];
  const [first, last] = [Math.min(...bins), Math.max(...bins)];
  const shares = new Map<number, number>();
  for (const { readDeg } of views) {
    const bin = Math.min(last, Math.max(first, Math.round(readDeg / BIN_DEG)));
    if ((features.get(bin)?.length ?? 0) < 2)
      throw new TruthError('data', `renders: expected at least 2 at ${bin * BIN_DEG}°, found fewer`);
    shares.set(bin, (shares.get(bin) ?? 0) + 1 / views.length);
  }
  const generated = views.map((view) => view.features);
  let [within, between] = [0, 0];
  for (const [a, shareA] of shares) {
    between += shareA * meanKernelBetween(generated, features.get(a)!);
    for (const [b, shareB] of shares) within += shareA * shareB * kernel(a, b);
  }
  return within - 2 * between;
}
