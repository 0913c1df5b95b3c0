import type { LatentDirection, LayerRange, Pca } from '../latents/index.ts';
import type { Weight } from '../weights.ts';

/**
 * Draws pictures, at most `batch` (an option of the search) at a time.
 * @param ws    f32 [n,L,D]
 * @param count n
 * @returns f32 [n,3,S,S], RGB −1..1. S is at most 64: large networks are cut there (`cutAt` of the synthesis)
 */
export type Synthesize = (ws: Float32Array, count: number) => Promise<Float32Array>;

/** The style map of one convolution: what SeFa reads. */
export interface StyleWeights {
  /** The token of W+ that drives it. */
  readonly layer: number;
  /** [I,D] */
  readonly weight: Weight;
}

/** What the search is to find a direction in. */
export interface DirectionInput {
  readonly synthesize: Synthesize;
  /** Tokens L of a W+ latent of the whole network, cut or not. */
  readonly layers: number;
  readonly pca: Pca;
  /** f32 [N,D], samples of W before truncation; the first of them are the subjects. */
  readonly samples: Float32Array;
  /** f32 [D], the centre of the truncation. */
  readonly wAverage: Float32Array;
  /** From `styleWeights`; none: no SeFa candidates. */
  readonly styles: readonly StyleWeights[];
}

export interface DirectionOptions {
  /** Subjects that decide. */
  readonly subjects: number;
  /** Subjects of the first look at every candidate. */
  readonly previewSubjects: number;
  /** Candidates that go on from the first look. */
  readonly finalists: number;
  /** Principal components and SeFa vectors that are tried. */
  readonly vectors: number;
  /** Truncation ψ of the subjects. */
  readonly psi: number;
  /** Pictures a call of `synthesize`. */
  readonly batch: number;
  /** Scores of an earlier, unfinished search of the same network with the same options: not computed again. */
  readonly known: readonly CandidateScore[];
  /** Called before each candidate and each later step, and once at the end with done = total. */
  readonly onProgress: (done: number, total: number, text: string) => void;
  /** Called with each new score, for whoever keeps them for a resume. */
  readonly onScore: (score: CandidateScore) => void;
  readonly signal: AbortSignal | null;
}

export type CandidateKind = 'pca' | 'sefa';

/** A direction to try: component `index` (from 0) of its kind, on a range of layers. */
export interface CandidateKey {
  readonly kind: CandidateKind;
  readonly index: number;
  readonly layers: LayerRange;
}

/** How much like a turn a candidate is. Plain JSON. */
export interface CandidateScore extends CandidateKey {
  /** `pca:1:0-6`: kind, index, layers from..to (the latter not included). */
  readonly id: string;
  /** Subjects it was measured on. */
  readonly subjects: number;
  /** Mirror ratio of the pictures (refiner.md, part 1); null where the candidate does not change the picture. */
  readonly mirrorRatio: number | null;
  /** The same of their edges, which light does not move; null as above. */
  readonly edgeRatio: number | null;
  /** What ranks the candidates, small is good; null as above. */
  readonly score: number | null;
  /** RMS difference of the pairs of pictures, −1..1 units. */
  readonly change: number;
}

/** A candidate's mirror ratio is 1 where a turn of +x looks as much like its mirror image as like the turn of −x. */
export interface DirectionSearch {
  /** Whether the best candidate turns the subject. Where not, nothing should be trained on it. */
  readonly found: boolean;
  /** The score from which on nothing counts as a turn. */
  readonly threshold: number;
  /** Every candidate, best first: those measured on all subjects before those that dropped out. */
  readonly candidates: readonly CandidateScore[];
  /** The best candidate's direction; null where not found. */
  readonly best: YawDirection | null;
}

/** A direction that turns the subject, with a first, uncalibrated scale. */
export interface YawDirection extends CandidateKey, LatentDirection {
  readonly id: string;
  /** x at which subjects look straight ahead (median over subjects), of latents whose own component is removed. */
  readonly zero: number;
  /** Standard deviation of that x over subjects. */
  readonly zeroSpread: number;
  /** A first, rough scale: degrees of yaw a step of 1 in x, about the zero. Positive: x turns to the viewer's right. */
  readonly degreesPerSigma: number;
  /** x within which the subject goes on turning. */
  readonly range: readonly [number, number];
  /** The warp's error by degrees per σ: what sign and scale were read from. */
  readonly scaleCurve: readonly ScalePoint[];
}

export interface ScalePoint {
  readonly degreesPerSigma: number;
  readonly error: number;
}
