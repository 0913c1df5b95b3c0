import {
  type DepthView,
  MASK_THRESHOLD,
  mean,
  meanOfSsimMap,
  psnr,
  reproject,
  ssimMap,
} from '../../evaluation/index.ts';
import type { PairMeasures } from '../../evaluation/report/index.ts';

/** Pixels that must be seen in both views for a warp to be judged: fewer tell nothing. */
const LEAST_SEEN = 64;

/** Both warps between two views, and the view that each is held against; null where hardly a pixel is seen in both. */
function warps(a: DepthView, b: DepthView, focal: number) {
  const both = [[a, b] as const, [b, a] as const].map(([from, to]) => ({
    ...reproject(from, to, focal),
    from,
    to,
  }));
  const enough = both.every(({ seen }) => seen.reduce((sum, one) => sum + one, 0) >= LEAST_SEEN);
  return enough ? both : null;
}

/** How well two views agree, dB: the mean of both warps between them; null where hardly a pixel is seen in both. @param focal half-widths */
export function warpedPsnr(a: DepthView, b: DepthView, focal: number): number | null {
  const both = warps(a, b, focal);
  return both && mean(both.map(({ picture, seen, to }) => psnr(picture, to.picture, seen)));
}

/**
 * Both warps between two views; null where hardly a pixel is seen in both.
 * @param focal   half-widths
 * @param middle  between both yaws, degrees
 */
export function measurePair(a: DepthView, b: DepthView, focal: number, middle: number): PairMeasures | null {
  const both = warps(a, b, focal)?.map(({ picture, seen, roundTrip, from, to }) => {
    const { width, height } = picture;
    // Beyond the subject the view itself stands: SSIM's windows at the outline see no backdrop that was warped along.
    const size = width * height;
    const data = to.picture.data.map((value, k) =>
      to.mask[k % size]! > MASK_THRESHOLD && seen[k % size] ? picture.data[k]! : value,
    );
    return {
      warpedPsnr: psnr(picture, to.picture, seen),
      unwarpedPsnr: psnr(from.picture, to.picture, seen),
      warpedSsim: meanOfSsimMap(ssimMap({ width, height, data }, to.picture), width, height, seen),
      roundTrip: (100 * roundTrip) / width,
    };
  });
  if (!both) return null;
  const meanOf = (key: keyof (typeof both)[number]) => mean(both.map((way) => way[key]));
  return {
    middle,
    warpedPsnr: meanOf('warpedPsnr'),
    unwarpedPsnr: meanOf('unwarpedPsnr'),
    warpedSsim: meanOf('warpedSsim'),
    roundTrip: meanOf('roundTrip'),
  };
}
