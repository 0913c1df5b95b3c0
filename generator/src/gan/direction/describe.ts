import type { LatentDirection } from '../latents/index.ts';
import { directionId } from './candidates.ts';
import { FRONTAL_GRID, findZero } from './frontal.ts';
import { steps } from './mirror.ts';
import type { Pictures } from './pictures.ts';
import { turningRange } from './range.ts';
import { blobScale, type ViewPair } from './scale.ts';
import { Sweeper, type SweeperInput } from './sweeper.ts';
import type { CandidateKey, Cover, YawDirection } from './types.ts';

/** The sweep that a direction is described by, in standard deviations. */
const GRID: readonly number[] = steps(-3, 3, 0.25);

/** Steps of GRID in half a standard deviation. */
const HALF = 2;

/** Pairs of views are taken within this x. */
const PAIRS_WITHIN = 1.5;

/**
 * Sign, first scale, zero and range of a candidate, from sweeps of the subjects.
 * @param direction the candidate's, of either sign
 * @param w         f32 [n,D], subjects, truncated
 */
export async function describeCandidate(
  input: SweeperInput,
  key: CandidateKey,
  direction: LatentDirection,
  w: Float32Array,
): Promise<YawDirection> {
  const { kind, index, layers } = key;
  const sweeper = new Sweeper(input, direction, layers, w);
  const sweep: Pictures[] = [];
  for (const x of GRID) sweep.push(await sweeper.draw(x));
  const { zero, zeroSpread, zeroWeight, symmetric } = findZero(
    FRONTAL_GRID.map((x) => sweep[GRID.indexOf(x)]!),
  );
  const { size } = sweep[0]!;
  const pairs = plainPairs(sweep);
  const mirrors = mirrorViews(sweep, symmetric);
  const views = [...pairs.flatMap(({ from, to }) => [from, to]), ...mirrors.map(({ view }) => view)];
  const masks = input.cover && (await coverViews(input.cover, views, size));
  const { degreesPerSigma, warpGain } = blobScale(
    pairs,
    mirrors,
    size,
    ...(masks ? [(view: Float32Array) => masks.get(view)!] : []),
  );
  const range = turningRange(GRID, sweep, zero);
  const sign = Math.sign(degreesPerSigma);
  return {
    id: directionId(key),
    kind,
    index,
    layers,
    vector: direction.vector.map((v) => sign * v),
    probe: direction.probe.map((v) => sign * v),
    zero: sign * zero + 0,
    zeroSpread,
    zeroWeight,
    degreesPerSigma: Math.abs(degreesPerSigma),
    range: sign > 0 ? range : [-range[1], -range[0]],
    warpGain,
  };
}

/** Views half and one standard deviation apart. */
function plainPairs(sweep: readonly Pictures[]): ViewPair[] {
  const last = GRID.indexOf(PAIRS_WITHIN);
  const pairs: ViewPair[] = [];
  for (const gap of [HALF, 2 * HALF])
    for (let k = GRID.indexOf(-PAIRS_WITHIN); k + gap <= last; k += HALF)
      sweep[k]!.images.forEach((from, n) => {
        pairs.push({ from, to: sweep[k + gap]!.images[n]!, step: GRID[k + gap]! - GRID[k]! });
      });
  return pairs;
}

/** Views half a standard deviation to both sides of where each subject's picture is most like its mirror image. */
function mirrorViews(
  sweep: readonly Pictures[],
  symmetric: readonly number[],
): { readonly view: Float32Array; readonly x: number }[] {
  return symmetric.flatMap((x, n) => {
    const k = Math.round((x - GRID[0]!) / (GRID[1]! - GRID[0]!));
    return [k - HALF, k + HALF].map((at) => ({ view: sweep[at]!.images[n]!, x: GRID[at]! - x }));
  });
}

/** Masks by a matte, one for each different view. */
async function coverViews(cover: Cover, views: readonly Float32Array[], size: number) {
  const masks = new Map<Float32Array, Float32Array>();
  for (const view of new Set(views)) {
    const share = await cover(view, size);
    masks.set(
      view,
      share.map((value) => (value > 0.5 ? 1 : 0)),
    );
  }
  return masks;
}
