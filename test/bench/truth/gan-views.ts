/** A model's own views between its views: what is kept, and what the model draws there itself. */
import { radians, subjectToCamera } from '@turnaround/plugin/asset';
import type { RgbaImage, RgbImage } from '../../../generator/src/impostor/image.ts';
import { createFlatMatte, cutoutToRgba } from '../../../generator/src/impostor/matte/index.ts';
import type { Platform } from '../../../generator/src/pipeline/platform.ts';
import { openDepth } from '../../../generator/src/pipeline/view-depth.ts';
import { openViewSource } from '../../../generator/src/pipeline/view-source.ts';
import { type StoredView, storeView, synthesizeView } from '../../../plugin/src/synthesis/index.ts';
import { imageBlockMean } from './block-mean.ts';
import { TruthError } from './errors.ts';
import { JUDGE_RESOLUTION, type Reading, type SharedJudge } from './judge.ts';
import { FOCAL } from './pictures.ts';
import { VIEW_PEERS } from './view-peers.ts';
import { nearness, overGrey } from './view-truth.ts';

/** Degrees between kept views. */
export const GAN_SPACING = 15;

/** Kept views to either side of the front. */
const KEPT_TO = 3;

type Nearness = ReturnType<typeof nearness>;

/** Half-way views of some subjects. */
export interface GanViews {
  /** By the model's own depth and the yaws that were asked for. */
  readonly own: Nearness[];
  readonly crossFade: Nearness[];
  /** By the judge's depth and yaw: what better ones would give. */
  readonly judged: Nearness[];
}

/**
 * Draws subjects by 7.5°, keeps every other view, and compares what is made of the kept ones with the rest.
 * @param seeds  subjects
 */
export async function measureGanViews(
  platform: Platform,
  folder: string,
  seeds: readonly number[],
  judge: Pick<SharedJudge, 'read'>,
): Promise<GanViews> {
  const source = await openViewSource(platform, folder, { truncation: 0.8, refine: true });
  const reader = await openDepth(platform, folder, source.model.manifest);
  if (!reader) throw new TruthError('data', `${folder}: expected a calibrated model`);
  const matte = createFlatMatte();
  const yaws = Array.from({ length: 4 * KEPT_TO + 1 }, (_, k) => radians((k / 2 - KEPT_TO) * GAN_SPACING));
  const found: GanViews = { own: [], crossFade: [], judged: [] };
  for (const seed of seeds) {
    const pictures = await source.views(seed, yaws);
    const cut = (await matte.cut(pictures)).map(cutoutToRgba);
    const depths = await reader.read(pictures, cut);
    const read = await judge.read(pictures.map(judgeSized));
    const own = yaws.map((yaw, k) => stored(cut[k]!, depths[k]!.data, yaw, reader.focal));
    const judged = read.map((reading, k) => stored(cut[k]!, enlarged(reading, cut[k]!), reading.yaw, FOCAL));
    for (let k = 1; k < yaws.length; k += 2) {
      const truth = { ...asView(cut[k]!), depth: new Float32Array(0), yaw: yaws[k]! };
      const add = (to: Nearness[], rgba: Float32Array): void => {
        to.push(nearness(overGrey(rgba, cut[k]!.width, cut[k]!.height), truth));
      };
      add(found.own, between(own[k - 1]!, own[k + 1]!, 0.5, yaws[k]!, reader.focal));
      add(
        found.crossFade,
        VIEW_PEERS['crossFade']!({ low: own[k - 1]!, high: own[k + 1]!, weight: 0.5, yaw: yaws[k]! }),
      );
      const [low, middle, high] = [read[k - 1]!.yaw, read[k]!.yaw, read[k + 1]!.yaw];
      const weight = Math.min(1, Math.max(0, (middle - low) / (high - low)));
      add(found.judged, between(judged[k - 1]!, judged[k + 1]!, weight, middle, FOCAL));
    }
  }
  await reader.release();
  await source.release();
  return found;
}

const judgeSized = (image: RgbImage): RgbImage =>
  imageBlockMean(
    { ...image, data: image.data.map((value) => Math.min(1, Math.max(-1, value))) },
    JUDGE_RESOLUTION,
  );

const stored = (image: RgbaImage, depth: ArrayLike<number>, yaw: number, focal: number): StoredView =>
  storeView({ ...image, rgba: Float32Array.from(image.data, (byte) => byte / 255), depth, yaw, focal });

/** The judge's depth at a picture's size, bilinear, where the picture shows its subject. */
function enlarged({ depth }: Reading, { width, height, data }: RgbaImage): Float32Array {
  const scale = JUDGE_RESOLUTION / width;
  return Float32Array.from({ length: width * height }, (_, k) => {
    if (data[4 * k + 3]! < 128) return 0;
    const [u, v] = [((k % width) + 0.5) * scale - 0.5, (Math.floor(k / width) + 0.5) * scale - 0.5];
    const left = Math.min(JUDGE_RESOLUTION - 2, Math.max(0, Math.floor(u)));
    const top = Math.min(JUDGE_RESOLUTION - 2, Math.max(0, Math.floor(v)));
    const at = (x: number, y: number): number => depth[y * JUDGE_RESOLUTION + x]!;
    const [a, b] = [u - left, v - top];
    const upper = at(left, top) * (1 - a) + at(left + 1, top) * a;
    return upper * (1 - b) + (at(left, top + 1) * (1 - a) + at(left + 1, top + 1) * a) * b;
  });
}

/** A cut-out over the sweeps' grey, with its coverage. */
function asView({ width, height, data }: RgbaImage): { image: RgbImage; mask: Float32Array } {
  const rgba = Float32Array.from(data, (byte, k) =>
    k % 4 === 3 ? byte / 255 : (byte * data[k - (k % 4) + 3]!) / 255 ** 2,
  );
  const mask = Float32Array.from({ length: width * height }, (_, k) => rgba[4 * k + 3]!);
  return { image: overGrey(rgba, width, height), mask };
}

const between = (
  low: StoredView,
  high: StoredView,
  weight: number,
  yaw: number,
  focal: number,
): Float32Array =>
  synthesizeView(
    [
      { view: low, weight: 1 - weight },
      { view: high, weight },
    ].filter((one) => one.weight > 0),
    { rotation: subjectToCamera(yaw), distance: 1, focal },
    low.width,
  );
