import type { SweepDraw } from '../../calibration/config.ts';
import type { SweepSet } from '../../calibration/sweep-set.ts';
import { toByte } from '../../impostor/image.ts';
import { imageOfBatch, type Matte, MatteError, type RgbImage } from '../../impostor/index.ts';
import type { GanModel } from '../gan-model.ts';
import type { ModelDirection } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { type TurningSubject, turningSubject } from '../sweep.ts';

export interface GanSweepOptions {
  readonly subjects: number;
  /** Views of each, evenly spaced in x. */
  readonly views: number;
  /** x goes this far to both sides of the frontal one; null: over the range that turns the subject. */
  readonly reach: number | null;
  /** Truncation ψ of the subjects. */
  readonly truncation: number;
  readonly seed: number;
}

/** Latents of a subject at each x, mended: f32 [n,L,W]. */
export type MendLatents = (subject: TurningSubject, x: Float32Array) => Promise<Float32Array>;

/** Seventeen views over four standard deviations, ψ = .8: what the prototype learned from (refiner.md, part 2). */
export const GAN_SWEEP_DEFAULTS: GanSweepOptions = {
  subjects: 400,
  views: 17,
  reach: null,
  truncation: 0.8,
  seed: 1,
};

/** How a configuration's sweeps are drawn. */
export const sweepDrawOf = ({
  sweep,
}: {
  readonly sweep?: SweepDraw;
}): Pick<GanSweepOptions, 'views' | 'reach'> => sweep ?? GAN_SWEEP_DEFAULTS;

/** Subjects of a set: seeds from here on, far from those that people generate, a stretch of its own for each seed. */
const FIRST_SEED = 1_000_000_000;
const SEEDS_APART = 1_000_000;

/** Share of subjects that the matte may fail on; others are drawn for them. */
const LARGEST_LOSS = 0.1;

/**
 * Places of a sweep's views: x from the subject's frontal one, evenly over its reach.
 * @returns f32 [views]
 */
export function sweepPlaces(
  { range, zero }: Pick<ModelDirection, 'range' | 'zero'>,
  { views, reach }: Pick<GanSweepOptions, 'views' | 'reach'>,
): Float32Array {
  const [from, to] = reach === null ? [range[0] - zero, range[1] - zero] : [-reach, reach];
  return Float32Array.from({ length: views }, (_, k) => from + ((to - from) * k) / (views - 1));
}

/**
 * Draws a model's subjects turning about their own frontal x, with their masks.
 * @param model cut at the size to learn at
 * @param mend  what is done to the latents of a subject before they are drawn; null: nothing
 * @throws MatteError where the pictures cannot be cut
 */
export async function drawSweeps(
  { signal, progress }: Pick<Platform, 'signal' | 'progress'>,
  model: GanModel,
  direction: ModelDirection,
  matte: Matte,
  { subjects, views, reach, truncation, seed }: GanSweepOptions,
  mend: MendLatents | null = null,
): Promise<SweepSet> {
  const { side } = model;
  const area = side * side;
  const places = sweepPlaces(direction, { views, reach });
  const images = new Uint8Array(subjects * views * 3 * area);
  const masks = new Uint8Array(subjects * views * area);
  let [made, lost] = [0, 0];
  while (made < subjects) {
    signal.throwIfAborted();
    const subject = await turningSubject(
      model,
      direction,
      FIRST_SEED + SEEDS_APART * seed + made + lost,
      truncation,
    );
    const at = places.map((place) => subject.frontal + place);
    const drawn = await model.synthesize(mend ? await mend(subject, at) : subject.latents(at), views);
    const pictures = Array.from({ length: views }, (_, k) => imageOfBatch(drawn, k, side, side));
    const covers = await cover(matte, pictures, () => ++lost <= LARGEST_LOSS * subjects);
    if (!covers) continue;
    images.set(drawn.map(toByte), made * views * 3 * area);
    covers.forEach((share, k) => {
      masks.set(
        share.map((a) => Math.round(255 * a)),
        (made * views + k) * area,
      );
    });
    made++;
    progress({ stage: 'sweeps', done: made, total: subjects });
  }
  return { subjects, views, side, images, masks, places };
}

/** The subjects' shares of the pixels; null where the matte fails on these pictures and `tolerate` allows it. */
async function cover(
  matte: Matte,
  pictures: readonly RgbImage[],
  tolerate: () => boolean,
): Promise<readonly Float32Array[] | null> {
  try {
    return await matte.cover(pictures);
  } catch (error) {
    if (error instanceof MatteError && tolerate()) return null;
    throw error;
  }
}
