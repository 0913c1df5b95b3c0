import { radians } from '@turnaround/plugin/asset';
import { type DepthView, mean } from '../../evaluation/index.ts';
import type { RgbaImage } from '../../impostor/index.ts';
import { reduced } from '../evaluate/geometry.ts';
import { warpedPsnr } from '../evaluate/measure-pair.ts';
import { blockMeans } from '../sweep.ts';
import type { CharacterChecks } from './check-record.ts';
import type { DrawnCharacter } from './drawer.ts';

/** What characters must come to, not to be rejected. */
export interface CheckBounds {
  readonly turnReached: readonly [number, number];
  readonly warpDb: number;
  readonly coverage: readonly [number, number];
  /** Most that the subject may cover in one view, as a multiple of what it covers in another. */
  readonly coverageRatio: number;
}

/**
 * Of portraits-128's first 30 seeds, 13 views: turns of .92 to 1.12; warps of 16.8 to 31.2 dB, two of them below 20, whose hair
 * comes and goes as they turn (neighbours 20° apart: 22.5 to 28.6); the largest view 1.08 to 1.34 times the smallest.
 */
export const CHECK_BOUNDS: CheckBounds = {
  turnReached: [0.7, 1.4],
  warpDb: 20,
  coverage: [0.05, 0.9],
  coverageRatio: 1.6,
};

/** Neighbours farther apart show too little of each other to be held to one bound, radians. */
const MOST_APART = radians(20.5);

/**
 * Measures a character before it is packed.
 * @param yaws  asked, radians
 * @param cut   its views cut out
 */
export function checkCharacter(
  { pictures, depth, turns }: Pick<DrawnCharacter, 'pictures' | 'depth' | 'turns'>,
  yaws: readonly number[],
  cut: readonly RgbaImage[],
): CharacterChecks {
  const shares = cut.map((image) => {
    let sum = 0;
    for (let k = 3; k < image.data.length; k += 4) sum += image.data[k]!;
    return sum / 255 / (image.width * image.height);
  });
  return {
    turnReached: turns && slope(yaws, turns),
    warpDb: depth && warpOf(pictures, depth, yaws, cut),
    coverage: [Math.min(...shares), Math.max(...shares)],
  };
}

/** Least squares; null where all views ask the same. */
function slope(asked: readonly number[], read: readonly number[]): number | null {
  const [x0, y0] = [mean(asked), mean(read)];
  const spread = asked.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  if (spread < 1e-6) return null;
  return asked.reduce((sum, x, k) => sum + (x - x0) * (read[k]! - y0), 0) / spread;
}

function warpOf(
  pictures: DrawnCharacter['pictures'],
  { focal, maps }: NonNullable<DrawnCharacter['depth']>,
  yaws: readonly number[],
  cut: readonly RgbaImage[],
): number | null {
  const views = pictures.map((picture, k): DepthView => {
    const { width: side, data: depth } = maps[k]!;
    const alpha = Float32Array.from({ length: picture.width ** 2 }, (_, i) => cut[k]!.data[4 * i + 3]! / 255);
    return {
      picture: reduced(picture, side),
      mask: blockMeans(alpha, picture.width, side),
      depth,
      yaw: yaws[k]!,
    };
  });
  const pairs = views.slice(1).flatMap((view, k) => {
    const before = views[k]!;
    if (view.yaw - before.yaw > MOST_APART) return [];
    return warpedPsnr(before, view, focal) ?? [];
  });
  return pairs.length > 0 ? Math.min(...pairs) : null;
}

/** Why a character is rejected, each reason with its number; empty where it is not. */
export function failedChecks(
  { turnReached, warpDb, coverage }: CharacterChecks,
  bounds: CheckBounds = CHECK_BOUNDS,
): string[] {
  const [least, most] = coverage;
  const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    ...(turnReached !== null && !within(turnReached, bounds.turnReached)
      ? [
          `turn: expected ${bounds.turnReached.join(' to ')} of the degrees asked, got ${turnReached.toFixed(2)}`,
        ]
      : []),
    ...(warpDb !== null && !(warpDb >= bounds.warpDb)
      ? [`warp: expected neighbouring views to agree to ${bounds.warpDb} dB, got ${warpDb.toFixed(1)}`]
      : []),
    ...(!within(least, bounds.coverage) || !within(most, bounds.coverage)
      ? [
          `matte: expected a subject of ${bounds.coverage.map(percent).join(' to ')} of the picture, got ` +
            `${percent(least)} to ${percent(most)}`,
        ]
      : []),
    ...(most > bounds.coverageRatio * least
      ? [
          `matte: expected a subject of one size, got ${(most / least).toFixed(2)} times the pixels in one view ` +
            `of those in another (at most ${bounds.coverageRatio})`,
        ]
      : []),
  ];
}
