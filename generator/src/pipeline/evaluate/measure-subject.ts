import { radians } from '@turnaround/plugin/asset';
import {
  cosineSimilarity,
  type DepthView,
  highPassEnergy,
  meanOfSsimMap,
  ssimMap,
} from '../../evaluation/index.ts';
import type { SubjectMeasures, ViewMeasures } from '../../evaluation/report/index.ts';
import { type Matte, MatteError, type RgbImage } from '../../impostor/index.ts';
import { blockMeans } from '../sweep.ts';
import { type GeometryReader, reduced, type ViewGeometry } from './geometry.ts';
import { measurePair } from './measure-pair.ts';
import type { Readers } from './open-readers.ts';

/** What pictures of a subject are measured with. */
export interface Instruments {
  readonly readers: Readers;
  readonly geometry: GeometryReader | null;
  readonly matte: Matte;
  /** Pixels of a side that likenesses and warps are measured at; it divides the pictures'. */
  readonly side: number;
  warn(message: string): void;
}

/** Pictures of one subject. */
export interface SubjectViews {
  readonly seed: number;
  /** Asked yaws, degrees, rising. */
  readonly degrees: readonly number[];
  /** What the views are compared with: the subject facing the camera. */
  readonly source: RgbImage;
  readonly views: readonly RgbImage[];
}

/** A subject's measures, and what other subjects and real pictures are compared with. */
export interface MeasuredSubject extends SubjectMeasures {
  /** Features of each view for distances between distributions; none where nothing reads them. */
  readonly features: readonly Float32Array[];
  /** Identity of the source, then of each view. */
  readonly identities: readonly Float32Array[];
}

/** 1 where a pixel shows the subject in either mask. */
const union = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, k) => Math.max(value, b[k]!));

/** Measures one subject's sweep. */
export async function measureSubject(
  { readers, geometry, matte, side, warn }: Instruments,
  { seed, degrees, source, views }: SubjectViews,
): Promise<MeasuredSubject> {
  const all = [source, ...views];
  const small = all.map((picture) => reduced(picture, side));
  const covers = await coverOf(matte, all, seed, warn);
  const masks = covers?.map((cover) => blockMeans(cover, source.width, side)) ?? null;
  const read = (await readers.yaw?.read(views)) ?? null;
  const identities = (await readers.identity?.features(all)) ?? [];
  const features =
    readers.distribution === readers.identity
      ? identities.slice(1)
      : ((await readers.distribution?.features(views)) ?? []);
  const shapes = geometry ? await geometry.read(small.slice(1)) : null;
  const measured = views.map((view, k): ViewMeasures => {
    const map = ssimMap(small[k + 1]!, small[0]!);
    const [own, next] = [identities[k + 1], identities[k + 2]];
    return {
      asked: degrees[k]!,
      read: read?.[k] ?? null,
      own: shapes?.[k]?.yaw ?? null,
      identity: own ? cosineSimilarity(own, identities[0]!) : null,
      step: own && next ? 1 - cosineSimilarity(own, next) : null,
      ssim: meanOfSsimMap(map, side, side),
      ssimMasked: masks && meanOfSsimMap(map, side, side, union(masks[k + 1]!, masks[0]!)),
      sharpness: covers && 1e3 * highPassEnergy(view, covers[k + 1]!),
    };
  });
  const pairs =
    shapes && masks
      ? views.slice(1).flatMap((_, k) => {
          const [a, b] = [k, k + 1].map((i) => depthView(small[i + 1]!, masks[i + 1]!, shapes[i]!));
          const middle = (degrees[k]! + degrees[k + 1]!) / 2;
          return measurePair(a!, b!, geometry!.focal, middle) ?? [];
        })
      : [];
  return { seed, views: measured, pairs, features, identities };
}

/** The subject's share of each pixel; null where the matte cannot cut these pictures. */
async function coverOf(
  matte: Matte,
  pictures: readonly RgbImage[],
  seed: number,
  warn: (message: string) => void,
): Promise<Float32Array[] | null> {
  try {
    return await matte.cover(pictures);
  } catch (error) {
    if (!(error instanceof MatteError)) throw error;
    warn(`subject ${seed}: nothing measured inside its outline: ${error.message}`);
    return null;
  }
}

const depthView = (picture: RgbImage, mask: Float32Array, { depth, yaw }: ViewGeometry): DepthView => ({
  picture,
  mask,
  depth,
  yaw: radians(yaw),
});
