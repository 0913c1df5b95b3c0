import type { LatentDirection } from '../latents/index.ts';
import { directionId } from './candidates.ts';
import { edgeMap } from './edges.ts';
import { difference, lowestPoint, mirrorDifference, steps } from './mirror.ts';
import { Sweeper, type SweeperInput } from './sweeper.ts';
import type { CandidateKey, CandidateScore } from './types.ts';

/** Where a subject's most mirror-symmetric x is looked for, in standard deviations. */
const GRID: readonly number[] = steps(-2, 2, 0.5);

/** Distances of the pairs from that x (refiner.md, part 1). */
const OFFSETS = [0.75, 1.5] as const;

/** RMS difference below which pictures count as the same: one step of 8 bits. */
const LEAST_CHANGE = 2 / 255;

/** The same for edge maps, which run from 0 to 1: well above rounding, and a tenth of what a turn changes. */
const LEAST_EDGE_CHANGE = 0.005;

/**
 * The mirror ratio of a candidate, r = Σ|G(x₀+h) − flip G(x₀−h)|² ÷ Σ|G(x₀+h) − G(x₀−h)|², x₀ where a subject is most
 * like its own mirror image: small where +h looks like the mirror image of −h and unlike −h itself. The same on edge
 * maps. The score is their geometric mean: where a light falls from the side, the pictures' ratio of a true turn may be
 * no better than 1 while its edges still mirror, and a light that moves does better in pictures than in edges.
 * @param w f32 [n,D], subjects, truncated
 */
export async function scoreCandidate(
  input: SweeperInput,
  key: CandidateKey,
  direction: LatentDirection,
  w: Float32Array,
): Promise<CandidateScore> {
  const { kind, index, layers, learned } = key;
  const sweeper = new Sweeper(input, direction, layers, w);
  const centre = await symmetricX(sweeper);
  const pixels = { mirrored: 0, plain: 0 };
  const edges = { mirrored: 0, plain: 0 };
  let area = 0;
  for (const offset of OFFSETS) {
    const right = await sweeper.draw(centre.map((x) => x + offset));
    const left = await sweeper.draw(centre.map((x) => x - offset));
    const { size } = right;
    right.images.forEach((a, n) => {
      const b = left.images[n]!;
      pixels.mirrored += mirrorDifference(a, b, size);
      pixels.plain += difference(a, b);
      const [edgesOfA, edgesOfB] = [edgeMap(a, size), edgeMap(b, size)];
      edges.mirrored += mirrorDifference(edgesOfA, edgesOfB, size);
      edges.plain += difference(edgesOfA, edgesOfB);
      area += size * size;
    });
  }
  const change = Math.sqrt(pixels.plain / (3 * area));
  const changes = change >= LEAST_CHANGE;
  const edgesChange = Math.sqrt(edges.plain / area) >= LEAST_EDGE_CHANGE;
  const mirrorRatio = changes ? pixels.mirrored / pixels.plain : null;
  const edgeRatio = changes && edgesChange ? edges.mirrored / edges.plain : null;
  return {
    id: directionId(key),
    kind,
    index,
    layers,
    ...(learned && { learned }),
    subjects: sweeper.count,
    mirrorRatio,
    edgeRatio,
    score: mirrorRatio !== null && edgeRatio !== null ? Math.sqrt(mirrorRatio * edgeRatio) : null,
    change,
    warpGain: null,
  };
}

/** Each subject's most mirror-symmetric x. */
async function symmetricX(sweeper: Sweeper): Promise<Float32Array> {
  const asymmetry = Array.from({ length: sweeper.count }, () => new Float64Array(GRID.length));
  for (const [k, x] of GRID.entries()) {
    const { size, images } = await sweeper.draw(x);
    images.forEach((image, n) => {
      asymmetry[n]![k] = mirrorDifference(image, image, size);
    });
  }
  return Float32Array.from(asymmetry, (values) => lowestPoint(GRID, values));
}
