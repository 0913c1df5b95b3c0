import type { Random, TensorValue } from '../graph/index.ts';
import { float32 } from '../graph/index.ts';
import type { AgreementRefinerConfig, YawDraw } from './config.ts';
import type { RefinerShape } from './refiner-net.ts';
import { addNoise, latentNoise, type SamplerOptions } from './sampler.ts';

/** One subject to learn from. S is the side at which views are compared. */
export interface RefinerSubject {
  /** f32 [L,D]: w. */
  readonly source: Float32Array;
  /** True radians at which w is seen. */
  readonly sourceYaw: number;
  /** f32 [3,S,S], RGB −1..1: G(w). */
  readonly image: Float32Array;
  /** f32 [S,S], 0..1. */
  readonly mask: Float32Array;
  /** f32 [S,S], by the depth net, pivot at 1. */
  readonly depth: Float32Array;
  /** ŵ at a yaw: f32 [L,D]. @param yaw true radians, held where the subject stops turning */
  rotated(yaw: number): Float32Array;
  /** Least and largest yaw that it shows, true radians. */
  readonly reach: readonly [number, number];
}

/** Sizes of a batch's tensors. */
export interface BatchSizes {
  readonly layers: number;
  readonly dim: number;
  readonly side: number;
  /** True yaw ÷ the nets' own. */
  readonly scale: number;
}

/**
 * Yaws of a subject's views: one anywhere, one near it, the others anywhere; in rising order.
 * @returns true radians
 */
export function drawYaws(
  random: Random,
  views: number,
  { reach, apart }: YawDraw,
  limits: readonly [number, number],
): number[] {
  const [from, to] = [Math.max(-reach, limits[0]), Math.min(reach, limits[1])];
  const anywhere = (): number => from + (to - from) * random.uniform();
  const yaws = [anywhere()];
  if (views > 1) {
    const step = apart[0] + (apart[1] - apart[0]) * random.uniform();
    const side = random.uniform() < 0.5 ? -1 : 1;
    const near = yaws[0]! + side * step;
    yaws.push(near < from || near > to ? yaws[0]! - side * step : near);
  }
  while (yaws.length < views) yaws.push(anywhere());
  return yaws.map((yaw) => Math.min(to, Math.max(from, yaw))).sort((a, b) => a - b);
}

/** The inputs of `refinerStep` for the given views. @param yaws true radians, one list a subject, rising */
export function viewFeeds(
  subjects: readonly RefinerSubject[],
  yaws: readonly (readonly number[])[],
  { layers, dim, side, scale }: BatchSizes,
): Record<string, TensorValue> {
  const count = subjects.length;
  const rows = yaws.reduce((n, list) => n + list.length, 0);
  const joined = (parts: readonly Float32Array[], shape: readonly number[]): TensorValue => {
    const all = new Float32Array(shape.reduce((a, b) => a * b, 1));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return float32(all, shape);
  };
  const rotated = subjects.flatMap((subject, b) => yaws[b]!.map((yaw) => subject.rotated(yaw)));
  return {
    source: joined(
      subjects.map(({ source }) => source),
      [count, layers, dim],
    ),
    rotated: joined(rotated, [rows, layers, dim]),
    yaw: float32(
      Float32Array.from(yaws.flat(), (yaw) => yaw / scale),
      [rows],
    ),
    sourceImage: joined(
      subjects.map(({ image }) => image),
      [count, 3, side, side],
    ),
    sourceMask: joined(
      subjects.map(({ mask }) => mask),
      [count, 1, side, side],
    ),
    sourceDepth: joined(
      subjects.map(({ depth }) => depth),
      [count, 1, side, side],
    ),
    sourceYaw: float32(
      Float32Array.from(subjects, ({ sourceYaw }) => sourceYaw / scale),
      [count],
    ),
  };
}

/** A random batch. For a sampler that begins with noise, each view at a time of its own. */
export function drawRefinerBatch(
  subjects: readonly RefinerSubject[],
  { batch, yaws, sampler }: AgreementRefinerConfig,
  shape: RefinerShape,
  sizes: BatchSizes,
  random: Random,
): Record<string, TensorValue> {
  const chosen = Array.from({ length: batch.subjects }, () => subjects[random.integer(subjects.length)]!);
  const feeds = viewFeeds(
    chosen,
    chosen.map(({ reach }) => drawYaws(random, batch.views, yaws, reach)),
    sizes,
  );
  if (sampler.kind === 'ddim') return { ...feeds, ...noisyFeeds(feeds['rotated']!, sampler, shape, random) };
  const rows = batch.subjects * batch.views;
  return { ...feeds, t: float32(new Float32Array(rows), [rows]) };
}

/** `t` f32 [R], a time for each latent, and `noised`, the latents then. @param rotated f32 [R,L,D] */
export function noisyFeeds(
  rotated: TensorValue,
  { schedule }: Extract<SamplerOptions, { kind: 'ddim' }>,
  shape: RefinerShape,
  random: Random,
): Record<'t' | 'noised', TensorValue> {
  const rows = rotated.shape[0]!;
  const t = Float32Array.from({ length: rows }, () => random.uniform());
  const noise = latentNoise(shape, rows, random.integer(2 ** 31));
  const noised = addNoise(shape, schedule, rotated.data as Float32Array, t, noise);
  return { t: float32(t, [rows]), noised: float32(noised, rotated.shape) };
}
