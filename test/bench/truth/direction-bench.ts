/** The direction search judged: the best component alone, and what the gradient made of it, on subjects of their own. */

import {
  type CandidateKey,
  type DirectionInput,
  describeDirection,
  parseDirectionId,
  Sweeper,
} from '../../../generator/src/gan/direction/index.ts';
import { imageOfBatch } from '../../../generator/src/impostor/image.ts';
import type { DirectionScore, ModelManifest } from '../../../generator/src/pipeline/model-manifest.ts';
import { type DirectionFigures, directionFigures } from './direction-figures.ts';
import { TruthError } from './errors.ts';
import { JUDGE_RESOLUTION, type Reading, type SharedJudge } from './judge.ts';

/** Steps of x from view to view. */
const STEP = 0.25;

/** x of the pairs that the mirror ratio is taken over, about the zero (refiner.md, part 1). */
export const PAIRS: readonly number[] = Array.from({ length: 9 }, (_, k) => 0.75 + k * STEP);

/** What is said of one direction. */
export interface JudgedDirection extends DirectionFigures {
  readonly id: string;
  /** On the judged subjects, of pictures at ±.75 to ±2.75 about the model's zero. */
  readonly mirrorRatio: number;
  /** x to both sides of the zero. */
  readonly range: readonly [number, number];
  /** What the product itself says: degrees a unit, and the spread of the zero by edges, degrees. */
  readonly ownDegreesPerUnit: number;
  readonly ownZeroSigmaDeg: number;
}

/** Key of a candidate of a model. */
export function candidateOf(manifest: ModelManifest, { id, learned }: DirectionScore): CandidateKey {
  return { ...parseDirectionId(id, manifest.layers, manifest.wDim), learned };
}

/**
 * Judges one direction over the range that was found for it.
 * @param input cut at 64², as the search saw it
 * @param w     f32 [n,D], subjects that the search did not see, truncated
 */
export async function judgeDirection(
  input: DirectionInput,
  key: CandidateKey,
  w: Float32Array,
  judge: SharedJudge,
): Promise<JudgedDirection> {
  const direction = await describeDirection(input, key);
  const { zero, range } = direction;
  const steps = (from: number, to: number): number[] =>
    Array.from({ length: Math.floor((to - from) / STEP + 1e-6) + 1 }, (_, k) => from + k * STEP);
  const least = Math.ceil((range[0] - zero) / STEP) * STEP;
  const xs = steps(least, range[1] - zero);
  const sweeper = new Sweeper(
    { synthesize: input.synthesize, layers: input.layers, mean: input.pca.mean, batch: 16, signal: null },
    direction,
    direction.layers,
    w,
  );
  const readings: Reading[][] = Array.from({ length: sweeper.count }, () => []);
  for (const x of xs) {
    const { size, images } = await sweeper.draw(zero + x);
    if (size !== JUDGE_RESOLUTION)
      throw new TruthError('data', `model: expected pictures of ${JUDGE_RESOLUTION}², got ${size}²`);
    const read = await judge.read(images.map((image) => imageOfBatch(image, 0, size, size)));
    read.forEach((reading, n) => void readings[n]!.push(reading));
  }
  return {
    id: direction.id,
    mirrorRatio: await mirrorRatio(sweeper, zero, PAIRS),
    ...directionFigures(xs, readings),
    range: [range[0] - zero, range[1] - zero],
    ownDegreesPerUnit: direction.degreesPerSigma,
    ownZeroSigmaDeg: direction.zeroSpread * direction.degreesPerSigma,
  };
}

/** Σ|G(zero+x) − flip G(zero−x)|² ÷ Σ|G(zero+x) − G(zero−x)|² over subjects and offsets. */
export async function mirrorRatio(
  sweeper: Sweeper,
  zero: number,
  offsets: readonly number[],
): Promise<number> {
  let [mirrored, plain] = [0, 0];
  for (const x of offsets) {
    const right = await sweeper.draw(zero + x);
    const left = await sweeper.draw(zero - x);
    right.images.forEach((a, n) => {
      const b = left.images[n]!;
      for (let i = 0; i < a.length; i++) {
        const column = i % right.size;
        mirrored += (a[i]! - b[i + right.size - 1 - 2 * column]!) ** 2;
        plain += (a[i]! - b[i]!) ** 2;
      }
    });
  }
  return mirrored / plain;
}
