import {
  type DepthView,
  MASK_THRESHOLD,
  meanOfSsimMap,
  psnr,
  reproject,
  ssimMap,
} from '../../evaluation/index.ts';
import type { PairMeasures } from '../../evaluation/report/index.ts';

/** Pixels that must be seen in both views for a warp to be judged: fewer tell nothing. */
const LEAST_SEEN = 64;

/**
 * Both warps between two views; null where hardly a pixel is seen in both.
 * @param focal   half-widths
 * @param middle  between both yaws, degrees
 */
export function measurePair(a: DepthView, b: DepthView, focal: number, middle: number): PairMeasures | null {
  const both = [
    [a, b],
    [b, a],
  ].map(([from, to]) => {
    const { picture, seen, roundTrip } = reproject(from!, to!, focal);
    if (seen.reduce((sum, one) => sum + one, 0) < LEAST_SEEN) return null;
    const { width, height } = picture;
    // Beyond the subject the view itself stands: SSIM's windows at the outline see no backdrop that was warped along.
    const size = width * height;
    const data = to!.picture.data.map((value, k) =>
      to!.mask[k % size]! > MASK_THRESHOLD && seen[k % size] ? picture.data[k]! : value,
    );
    return {
      warpedPsnr: psnr(picture, to!.picture, seen),
      unwarpedPsnr: psnr(from!.picture, to!.picture, seen),
      warpedSsim: meanOfSsimMap(ssimMap({ width, height, data }, to!.picture), width, height, seen),
      roundTrip: (100 * roundTrip) / width,
    };
  });
  const [first, second] = both;
  if (!first || !second) return null;
  const mean = (key: keyof typeof first) => (first[key] + second[key]) / 2;
  return {
    middle,
    warpedPsnr: mean('warpedPsnr'),
    unwarpedPsnr: mean('unwarpedPsnr'),
    warpedSsim: mean('warpedSsim'),
    roundTrip: mean('roundTrip'),
  };
}
