import type { LayerRange } from '../latents/index.ts';
import { DirectionError } from './errors.ts';
import type { CandidateKey, CandidateKind } from './types.ts';

/**
 * Where ranges of layers end: after the first convolutions at 8², 16² and 32², whatever the network's size, since
 * tokens count from 4² up. Pose lives in the coarse layers; finer ones only follow it, or drift.
 */
const RANGE_ENDS = [2, 4, 6] as const;

/** The ranges of layers that are tried: 0–2, 0–4, 0–6 and all, without repeats in small networks. */
export function candidateRanges(layers: number): LayerRange[] {
  return [...RANGE_ENDS.filter((to) => to < layers), layers].map((to) => ({ from: 0, to }));
}

/** Every direction that is tried, in the order of the search. */
export function listCandidates(layers: number, vectors: number, withSefa: boolean): CandidateKey[] {
  const kinds: CandidateKind[] = withSefa ? ['pca', 'sefa'] : ['pca'];
  return kinds.flatMap((kind) =>
    candidateRanges(layers).flatMap((range) =>
      Array.from({ length: vectors }, (_, index) => ({ kind, index, layers: range })),
    ),
  );
}

/** The layers that a learned direction moves: up to the first convolution at 32² (refiner.md, part 1). */
export function learnedRange(layers: number): LayerRange {
  return { from: 0, to: Math.min(RANGE_ENDS.at(-1)!, layers) };
}

/** `pca:1:0-6`: kind, index from 0, layers from..to (the latter not included); a `mirror` has no index. */
export function directionId({ kind, index, layers }: CandidateKey): string {
  const range = `${layers.from}-${layers.to}`;
  return kind === 'mirror' ? `${kind}:${range}` : `${kind}:${index}:${range}`;
}

/**
 * A direction from its id, as a person types it: `pca:1:0-6`, `sefa:3:0-4`, `pca:1:all`, `mirror:0-6`.
 * @param layers tokens of the network's W+ latents
 * @param dim    length of a latent
 * @throws DirectionError `direction-id`
 */
export function parseDirectionId(id: string, layers: number, dim: number): CandidateKey {
  const refuse = (what: string): never => {
    throw new DirectionError('direction-id', `direction: expected ${what}, got ${id}`);
  };
  const match = /^(?:(mirror)|([a-z]+):(\d+)):(?:(\d+)-(\d+)|all)$/.exec(id);
  if (!match) return refuse('KIND:INDEX:FROM-TO such as pca:1:0-6, KIND:INDEX:all, or mirror:FROM-TO');
  const [, learned, screened, index = '0', from = '0', to = `${layers}`] = match;
  if (!learned && screened !== 'pca' && screened !== 'sefa')
    return refuse('pca:INDEX, sefa:INDEX or mirror before the layers');
  const kind = learned ? 'mirror' : (screened as 'pca' | 'sefa');
  if (Number(index) >= dim) return refuse(`an index from 0 to ${dim - 1}`);
  if (Number(from) >= Number(to) || Number(to) > layers)
    return refuse(`layers within 0-${layers}, the first below the last`);
  return { kind, index: Number(index), layers: { from: Number(from), to: Number(to) } };
}
