import {
  abs,
  add,
  averagePool,
  cast,
  concat,
  div,
  exp,
  greater,
  mean,
  mul,
  neg,
  Random,
  reduceMean,
  reduceMin,
  reshape,
  slice,
  sub,
  upsampleBilinear,
  type Value,
} from '../../graph/index.ts';
import { photometricError } from '../photometric.ts';
import { type RigidMotion, warp } from '../warp/index.ts';
import { depthOf } from './depth-net.ts';

export interface Monodepth2LossOptions {
  /** Focal length in half-widths. */
  readonly focal: number;
  /** Share of SSIM against L1. */
  readonly ssimWeight: number;
  /** Weight of smoothness at full size; half of it at each coarser scale. */
  readonly smoothness: number;
  /** Whether pixels count only where a warped source is better than the source as it is. */
  readonly automask: boolean;
  /** Limits of depth. */
  readonly nearest: number;
  readonly farthest: number;
}

/** As published (Godard et al. 2019), but for the focal length, which is the camera's. */
export const MONODEPTH2_LOSS_DEFAULTS: Omit<Monodepth2LossOptions, 'focal'> = {
  ssimWeight: 0.85,
  smoothness: 1e-3,
  automask: true,
  nearest: 0.1,
  farthest: 100,
};

/** Deviation of the noise that settles ties between a source as it is and warped. */
const TIE_NOISE = 1e-5;

export interface Monodepth2Views {
  /** f32 [N,3,S,S], RGB −1..1 */
  readonly target: Value;
  /** f32 [2N,3,S,S]: first all previous views, then all next ones */
  readonly sources: Value;
  /** f32 disparities 0..1 of the targets, fine to coarse */
  readonly disparities: readonly Value[];
  /** From the targets' cameras to the sources', 2N rows. */
  readonly motion: RigidMotion;
}

/** The loss and its parts, each float32 []. */
export interface Monodepth2Loss {
  readonly loss: Value;
  /** `moving` is the share of pixels that the automask keeps. */
  readonly parts: Readonly<Record<'photo' | 'smoothness' | 'moving', Value>>;
}

/**
 * Monodepth2's loss: at each of four scales, disparity raised to full size, the least photometric error of both
 * sources at each pixel, and edge-aware smoothness of mean-normalised disparity; the mean over the scales.
 */
export function monodepth2Loss(views: Monodepth2Views, options: Monodepth2LossOptions): Monodepth2Loss {
  const { target, sources, disparities, motion } = views;
  const [count, , side] = target.shape as [number, number, number];
  const { ssimWeight } = options;
  const both = concat([target, target], 0);
  const perSource = (error: Value): Value => reshape(error, [2, count, side, side]);
  const still = add(perSource(photometricError(sources, both, { ssimWeight })), tieNoise(target));
  const unmoved = reduceMin(still, [0]);
  const scales = disparities.map((disparity, scale) => {
    const depth = depthOf(upsampleBilinear(disparity, 2 ** scale), options);
    const warped = warp({ image: sources, depth: concat([depth, depth], 0), motion, focal: options.focal });
    const moved = reduceMin(perSource(photometricError(warped.image, both, { ssimWeight })), [0]);
    const least = options.automask ? reduceMin(concat([unmoved, moved], 0), [0]) : moved;
    return {
      photo: mean(least),
      smoothness: smoothnessOf(disparity, averagePool(target, 2 ** scale)),
      moving: mean(cast(greater(unmoved, moved), 'float32')),
    };
  });
  const average = (values: readonly Value[]): Value =>
    mul(
      values.reduce((a, b) => add(a, b)),
      1 / values.length,
    );
  const parts = {
    photo: average(scales.map(({ photo }) => photo)),
    smoothness: average(scales.map(({ smoothness }, scale) => mul(smoothness, 1 / 2 ** scale))),
    moving: scales[0]!.moving,
  };
  return { loss: add(parts.photo, mul(parts.smoothness, options.smoothness)), parts };
}

/** f32 [2,N,S,S], the same in every step. */
function tieNoise(target: Value): Value {
  const [count, , side] = target.shape as [number, number, number];
  const random = new Random('monodepth2 ties');
  const noise = Float32Array.from({ length: 2 * count * side * side }, () => random.normal() * TIE_NOISE);
  return target.graph.constant(noise, [2, count, side, side], { name: 'ties' });
}

/** First differences of disparity over its mean, damped where the picture has edges. @param image RGB −1..1 */
function smoothnessOf(disparity: Value, image: Value): Value {
  const normalised = div(disparity, add(reduceMean(disparity, [2, 3]), 1e-7));
  const along = (axis: number): Value => {
    const size = disparity.shape[axis] as number;
    const step = (v: Value): Value => abs(sub(slice(v, axis, 0, size - 1), slice(v, axis, 1, size)));
    const edge = reduceMean(step(mul(image, 0.5)), [1]);
    return mean(mul(step(normalised), exp(neg(edge))));
  };
  return add(along(2), along(3));
}
