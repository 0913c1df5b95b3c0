import { component, type LatentDirection, type Pca } from '../latents/index.ts';
import { directionId } from './candidates.ts';
import { DirectionError } from './errors.ts';
import { sefaVectors } from './sefa.ts';
import type { CandidateKey, DirectionInput } from './types.ts';

/** Spread of W along a vector below which, relative to the widest component, it is rounding and no direction. */
const LEAST_SPREAD = 1e-5;

/** Gives candidates their vectors, and keeps SeFa's, whose eigensolver takes its time. */
export class CandidateVectors {
  readonly #input: DirectionInput;
  readonly #sefa: Map<string, Float32Array[]> = new Map();

  constructor(input: DirectionInput) {
    this.#input = input;
  }

  /**
   * The direction of a candidate; one step of x is a standard deviation of W along it.
   * @throws DirectionError `direction-input` for a `mirror` that has not been learned
   */
  direction(candidate: CandidateKey): LatentDirection {
    const { kind, index, layers, learned } = candidate;
    const { pca, styles } = this.#input;
    if (kind === 'mirror') {
      if (learned?.vector.length === pca.dim && learned.probe.length === pca.dim)
        return { vector: Float32Array.from(learned.vector), probe: Float32Array.from(learned.probe) };
      throw new DirectionError(
        'direction-input',
        `${directionId(candidate)}: expected a learned vector of ${pca.dim}, got ${learned?.vector.length ?? 'none'}`,
      );
    }
    if (kind === 'pca') return scaled(pca, component(pca, index));
    const key = `${layers.from}-${layers.to}`;
    let vectors = this.#sefa.get(key);
    if (!vectors) {
      vectors = sefaVectors(styles, layers, pca.dim, pca.dim);
      this.#sefa.set(key, vectors);
    }
    return scaled(pca, vectors[index]!);
  }
}

/** A unit vector v as a direction: v·s and v/s, s² = Σ σₖ²(eₖ·v)². Where W has no spread along v, both are zero. */
function scaled(pca: Pca, unit: Float32Array): LatentDirection {
  const { dim, deviations } = pca;
  let variance = 0;
  for (let k = 0; k < dim; k++) {
    const e = component(pca, k);
    let dot = 0;
    for (let i = 0; i < dim; i++) dot += e[i]! * unit[i]!;
    variance += (deviations[k]! * dot) ** 2;
  }
  const spread = Math.sqrt(variance);
  if (!(spread > LEAST_SPREAD * deviations[0]!))
    return { vector: new Float32Array(dim), probe: new Float32Array(dim) };
  return { vector: unit.map((v) => v * spread), probe: unit.map((v) => v / spread) };
}
