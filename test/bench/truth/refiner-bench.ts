/** Draws sweeps and judges them: a refined one against the unrefined one at equal turn. */
import { boxBlur, type Interval, median } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { createFlatMatte, MatteError } from '../../../generator/src/impostor/matte/index.ts';
import { imageBlockMean } from './block-mean.ts';
import { TruthError } from './errors.ts';
import { JUDGE_RESOLUTION, type Reading, type SharedJudge } from './judge.ts';
import {
  equalTurn,
  gainIntervals,
  type RefinerGains,
  refinerGains,
  type SubjectFigures,
  type SweepFigures,
  subjectFigures,
  sweepFigures,
} from './refiner-figures.ts';
import { type MeasuredSweep, measureSweep, REACHES, type Reach, sweepYaws } from './refiner-sweep.ts';
import type { TrueFeatures } from './true-features.ts';

/** Pictures of a seed's subject. @param yaws radians @returns square, a side a multiple of 64, RGB −1..1 */
export type Drawer = (seed: number, yaws: readonly number[]) => Promise<readonly RgbImage[]>;

/** What sweeps are judged with. */
export interface Judging {
  readonly judge: Pick<SharedJudge, 'read'>;
  readonly truth: TrueFeatures;
}

/** As networks draw it, in the judge's size and held to what 8 bits can show. */
function judgeSized(image: RgbImage): RgbImage {
  const data = image.data.map((value) => Math.min(1, Math.max(-1, value)));
  return imageBlockMean({ ...image, data }, JUDGE_RESOLUTION);
}

/**
 * Measures one subject's pictures; masks are the product's flat matte's.
 * @param name      whose they are, for errors
 * @param asked     radians that the pictures count for
 * @param pictures  as many
 * @throws TruthError `prediction` where they cannot be cut from their backdrop
 */
export async function judgeViews(
  { judge }: Pick<Judging, 'judge'>,
  name: string,
  asked: readonly number[],
  pictures: readonly RgbImage[],
): Promise<{ measured: MeasuredSweep; readings: readonly Reading[] }> {
  const images = pictures.map(judgeSized);
  const readings = await judge.read(images);
  const masks = await createFlatMatte()
    .cover(images)
    .catch((error: unknown) => {
      if (!(error instanceof MatteError)) throw error;
      throw new TruthError('prediction', `${name}: ${error.message}`);
    });
  const views = images.map((image, k) => ({
    asked: asked[k]!,
    image,
    mask: masks[k]!,
    reading: readings[k]!,
  }));
  return { measured: measureSweep(views), readings };
}

/** A sweep to be drawn: the yaws that its views count for, and the factor of those that are drawn. */
interface Ask {
  readonly reach: Reach;
  readonly factor: number;
}

/** Draws and measures the sweeps of all seeds, all of a subject's at once: reading its curve is a third of the work. */
async function judgeSeeds(
  draw: Drawer,
  seeds: readonly number[],
  asks: readonly Ask[],
  judging: Judging,
): Promise<MeasuredSweep[][]> {
  const measured: MeasuredSweep[][] = asks.map(() => []);
  const wanted = asks.flatMap(({ reach, factor }) => sweepYaws(reach).map((yaw) => factor * yaw));
  for (const seed of seeds) {
    const pictures = await draw(seed, wanted);
    if (pictures.length !== wanted.length)
      throw new TruthError(
        'prediction',
        `seed ${seed}: expected ${wanted.length} pictures, got ${pictures.length}`,
      );
    let from = 0;
    for (const [k, { reach }] of asks.entries()) {
      const yaws = sweepYaws(reach);
      const own = pictures.slice(from, from + yaws.length);
      measured[k]!.push((await judgeViews(judging, `seed ${seed}`, yaws, own)).measured);
      from += yaws.length;
    }
  }
  return measured;
}

/** The sweeps as they are asked for, to the farthest reach. */
const judgeAsked = async (
  draw: Drawer,
  seeds: readonly number[],
  judging: Judging,
): Promise<MeasuredSweep[]> =>
  (await judgeSeeds(draw, seeds, [{ reach: REACHES[1], factor: 1 }], judging))[0]!;

/** Median over subjects. */
const slopeOf = (sweeps: readonly MeasuredSweep[], reach: Reach): number =>
  median(sweeps.map((sweep) => subjectFigures(sweep, reach).slope));

/** Figures of measured sweeps; they are compared with true renders at the yaws that they show. */
export async function figuresOf(
  sweeps: readonly MeasuredSweep[],
  reach: Reach,
  { truth }: Pick<Judging, 'truth'>,
): Promise<{ figures: SweepFigures; subjects: readonly SubjectFigures[] }> {
  const subjects = sweeps.map((sweep) => subjectFigures(sweep, reach));
  const seen = sweeps.map(({ views }) => views.filter(({ askedDeg }) => Math.abs(askedDeg) <= reach + 1e-6));
  return { figures: sweepFigures(subjects, await truth.distances(seen)), subjects };
}

/** A model's sweeps as they are without a refiner. */
export interface UnrefinedSweeps {
  readonly draw: Drawer;
  readonly seeds: readonly number[];
  /** As asked. */
  readonly sweeps: readonly MeasuredSweep[];
  readonly figures: Readonly<Record<Reach, SweepFigures>>;
}

/** One value a reach. */
async function byReach<T>(of: (reach: Reach) => Promise<T>): Promise<Record<Reach, T>> {
  const values: (readonly [Reach, T])[] = [];
  for (const reach of REACHES) values.push([reach, await of(reach)]);
  return Object.fromEntries(values) as Record<Reach, T>;
}

/** Figures of sweeps to ±60°. */
export const figuresByReach = (
  sweeps: readonly MeasuredSweep[],
  judging: Pick<Judging, 'truth'>,
): Promise<Record<Reach, SweepFigures>> =>
  byReach(async (reach) => (await figuresOf(sweeps, reach, judging)).figures);

/** Draws the unrefined sweeps as asked, once for all that are compared with them. */
export async function judgeUnrefined(
  draw: Drawer,
  seeds: readonly number[],
  judging: Judging,
): Promise<UnrefinedSweeps> {
  const sweeps = await judgeAsked(draw, seeds, judging);
  return { draw, seeds, sweeps, figures: await figuresByReach(sweeps, judging) };
}

/** A sweep and the unrefined one at equal turn. */
export interface RefinerComparison {
  readonly own: SweepFigures;
  readonly equal: SweepFigures;
  /** What the unrefined sweep's degrees were multiplied by. */
  readonly factor: number;
  readonly gains: RefinerGains;
  readonly intervals: Readonly<Record<string, Interval>>;
}

/**
 * Judges what stands in the refined sweep's place, at each reach against the unrefined sweep drawn again at that reach's
 * equal turn.
 */
export async function judgeRefiner({
  unrefined,
  refined,
  judging,
}: {
  readonly unrefined: UnrefinedSweeps;
  readonly refined: Drawer;
  readonly judging: Judging;
}): Promise<Record<Reach, RefinerComparison>> {
  const sweeps = await judgeAsked(refined, unrefined.seeds, judging);
  const turns = REACHES.map((reach) => {
    const slope = slopeOf(sweeps, reach);
    return { reach, slope, factor: equalTurn(slope, unrefined.figures[reach].slope) };
  });
  const again = await judgeSeeds(unrefined.draw, unrefined.seeds, turns, judging);
  return byReach(async (reach) => {
    const k = REACHES.indexOf(reach);
    const { factor } = turns[k]!;
    const own = await figuresOf(sweeps, reach, judging);
    const equal = await figuresOf(again[k]!, reach, judging);
    return {
      own: own.figures,
      equal: equal.figures,
      factor,
      gains: refinerGains(own.figures, equal.figures, unrefined.figures[reach].slope),
      intervals: gainIntervals(own.subjects, equal.subjects),
    };
  });
}

/** What looks like agreement and is none (refiner.md, part 3). */
export const CONTROLS = {
  /** The pictures at 64², each pixel the mean with its neighbours. */
  blurred:
    (draw: Drawer): Drawer =>
    async (seed, yaws) =>
      (await draw(seed, yaws)).map((image) => boxBlur(judgeSized(image))),
  /** The sweep turned .8 as far as asked. */
  turnedLess:
    (draw: Drawer): Drawer =>
    (seed, yaws) =>
      draw(
        seed,
        yaws.map((yaw) => TURNED * yaw),
      ),
} as const;
const TURNED = 0.8;

/** Keeps the sweeps of exactly these yaws in memory, at the judge's size: they are drawn for more than one row. */
export function remembered(draw: Drawer, yaws: readonly number[]): Drawer {
  const kept = new Map<number, readonly RgbImage[]>();
  return async (seed, asked) => {
    if (asked.length !== yaws.length || asked.some((yaw, k) => yaw !== yaws[k])) return draw(seed, asked);
    const known = kept.get(seed);
    if (known) return known;
    const pictures = (await draw(seed, asked)).map(judgeSized);
    kept.set(seed, pictures);
    return pictures;
  };
}
