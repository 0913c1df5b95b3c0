/** What can be judged: something that says depth and yaw of pictures. */
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { SweepPlan } from './plan.ts';
import type { Sweep } from './sweeps.ts';

/** What a system says of one picture. */
export interface ViewPrediction {
  /** f32 [R,R], distance along the optical axis, the pivot at 1. */
  readonly depth: Float32Array;
  /** Radians, positive to the viewer's right, in the system's own scale and from its own zero. */
  readonly yaw: number;
}

/**
 * A calibration system. It sees pictures of one person a call, first the chosen views in order, then others without
 * order; nothing else.
 */
export type Predict = (images: readonly RgbImage[]) => Promise<readonly ViewPrediction[]>;

/**
 * Relative poses of pairs [from, to] f32 [6]: axis times angle in radians, then translation, that take a point in the
 * camera of `from` to the camera of `to`. For systems whose poses are no orbits: their warps use these.
 */
export type RelativePose = (
  pairs: readonly (readonly [RgbImage, RgbImage])[],
) => Promise<readonly ArrayLike<number>[]>;

export interface CalibrationSystem {
  readonly predict: Predict;
  readonly relativePose?: RelativePose;
}

/** What is known of a sweep's views: by a system, or by the truth. */
export interface SweepAnswer {
  readonly byView: ReadonlyMap<number, ViewPrediction>;
  /** Poses of the plan's pairs [source, target], each from the target's camera to the source's. */
  readonly poses?: readonly ArrayLike<number>[];
}

/** Answers a planned sweep. */
export type Answer = (sweep: Sweep, plan: SweepPlan) => Promise<SweepAnswer>;

/** Shows a system the pictures and hides everything else. */
export function fromImages({ predict, relativePose }: CalibrationSystem): Answer {
  return async ({ subject, views }, { chosen, extra, pairs }) => {
    const image = (view: number) => views[view]!.image;
    const byView = new Map<number, ViewPrediction>();
    for (const part of [chosen, extra]) {
      if (part.length === 0) continue;
      const said = await predict(part.map(image));
      if (said.length !== part.length)
        throw new TruthError(
          'prediction',
          `sweep ${subject}: expected ${part.length} predictions, got ${said.length}`,
        );
      part.forEach((view, k) => {
        byView.set(view, checked(said[k]!, image(view), subject));
      });
    }
    if (!relativePose) return { byView };
    return {
      byView,
      poses: await relativePose(pairs.map(([source, target]) => [image(target), image(source)])),
    };
  };
}

function checked(said: ViewPrediction, image: RgbImage, subject: number): ViewPrediction {
  const size = image.width * image.height;
  if (said.depth.length !== size)
    throw new TruthError(
      'prediction',
      `sweep ${subject}: expected depth [${image.height},${image.width}], got ${said.depth.length} numbers`,
    );
  if (!Number.isFinite(said.yaw) || !said.depth.every(Number.isFinite))
    throw new TruthError(
      'prediction',
      `sweep ${subject}: expected finite depth and yaw, got NaN or infinity`,
    );
  return said;
}

/** True depth and true yaw: what no system can beat, but for what sampling and hidden surfaces cost it. */
export const TRUTH: Answer = async ({ views }) => ({
  byView: new Map(views.map(({ depth, yaw }, view) => [view, { depth, yaw }])),
});

/** Flat, and never turning. */
export const NOT_TURNING: CalibrationSystem = {
  predict: async (images) =>
    images.map(({ width, height }) => ({ depth: new Float32Array(width * height).fill(1), yaw: 0 })),
};

/** Flat, and turning by the same step from picture to picture: what the order alone is worth. */
export const EVEN_STEPS: CalibrationSystem = {
  predict: async (images) =>
    images.map(({ width, height }, k) => ({
      depth: new Float32Array(width * height).fill(1),
      yaw: (k / Math.max(1, images.length - 1) - 0.5) * ((2 * Math.PI) / 3),
    })),
};
