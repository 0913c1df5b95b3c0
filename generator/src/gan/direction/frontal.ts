import type { LatentDirection, LayerRange } from '../latents/index.ts';
import { edgeMap } from './edges.ts';
import { lowestPoint, median, mirrorDifference, steps } from './mirror.ts';
import type { Pictures } from './pictures.ts';
import { Sweeper, type SweeperInput } from './sweeper.ts';

/** Where subjects may look straight ahead, in standard deviations. */
export const FRONTAL_GRID: readonly number[] = steps(-2, 2, 0.25);

/** Where a model's subjects look straight ahead. */
export interface Zero {
  /** x, median over subjects. */
  readonly zero: number;
  /** Standard deviation over subjects of their own x, as their edges show it. */
  readonly zeroSpread: number;
  /** How far to trust one subject's own x over the median, 0..1. */
  readonly zeroWeight: number;
}

/** A subject's most symmetric x, read off its edges. @param asymmetry on FRONTAL_GRID */
const lowestOnGrid = (asymmetry: ArrayLike<number>): number => lowestPoint(FRONTAL_GRID, asymmetry);

/**
 * The zero of a direction from its subjects' sweeps. Hair and light make a single subject's most symmetric x
 * uncertain by some 5°. How uncertain shows in whether pictures and edges tell the same of the subjects: their squared
 * correlation is the weight. On a GAN whose subjects are all frontal at one x it is about .3, on one whose zero
 * differs by 15° from subject to subject .99; yaw at the zero is then off by 3° (RMS), not by 4° and 15°.
 * @param sweep pictures of all subjects for each x of FRONTAL_GRID
 */
export function findZero(sweep: readonly Pictures[]): Zero & { readonly symmetric: readonly number[] } {
  const subjects = sweep[0]!.images.map((_, n) => n);
  const read = (map: (image: Float32Array, size: number) => Float32Array): number[] =>
    subjects.map((n) =>
      lowestOnGrid(
        sweep.map(({ images, size }) => {
          const features = map(images[n]!, size);
          return mirrorDifference(features, features, size);
        }),
      ),
    );
  const byEdges = read(edgeMap);
  const byPixels = read((image) => image);
  const zero = median(byEdges);
  const zeroWeight = Math.max(0, correlation(byPixels, byEdges)) ** 2;
  return {
    zero,
    zeroSpread: deviation(byEdges),
    zeroWeight,
    symmetric: byPixels,
  };
}

/** What `frontalX` needs to know of a direction. */
export interface FrontalDirection extends LatentDirection, Zero {
  readonly layers: LayerRange;
}

/**
 * The x at which one subject looks straight ahead: its most symmetric x, drawn towards the model's by how far such
 * readings are to be trusted there. Takes 17 pictures.
 * @param w f32 [D], truncated
 */
export async function frontalX(
  input: SweeperInput,
  direction: FrontalDirection,
  w: Float32Array,
): Promise<number> {
  const { zero, zeroWeight, layers } = direction;
  const sweeper = new Sweeper(input, direction, layers, w);
  const asymmetry: number[] = [];
  for (const x of FRONTAL_GRID) {
    const { size, images } = await sweeper.draw(x);
    const edges = edgeMap(images[0]!, size);
    asymmetry.push(mirrorDifference(edges, edges, size));
  }
  return zero + zeroWeight * (lowestOnGrid(asymmetry) - zero);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Pearson's; 0 where one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const scale = deviation(a) * deviation(b);
  return scale > 0 ? mean(a.map((value, k) => (value - meanA) * (b[k]! - meanB))) / scale : 0;
}
