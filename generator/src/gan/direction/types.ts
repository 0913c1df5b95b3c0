import type { TrainingRuntime, Value } from '../../graph/index.ts';
import type { LatentDirection, LayerRange, Pca } from '../latents/index.ts';
import type { Weight } from '../weights.ts';

/**
 * Draws pictures, at most `batch` (an option of the search) at a time.
 * @param ws    f32 [n,L,D]
 * @param count n
 * @returns f32 [n,3,S,S], RGB −1..1. The search looks at 64² and shrinks what is larger; cut large networks there
 *          (`cutAt` of the synthesis) to save time
 */
export type Synthesize = (ws: Float32Array, count: number) => Promise<Float32Array>;

/**
 * The subject's share of each pixel, by a matte.
 * @param image f32 [3,S,S], RGB −1..1
 * @returns f32 [S,S], 0..1
 */
export type Cover = (image: Float32Array, size: number) => Promise<Float32Array>;

/** The style map of one convolution: what SeFa reads. */
export interface StyleWeights {
  /** The token of W+ that drives it. */
  readonly layer: number;
  /** [I,D] */
  readonly weight: Weight;
}

/** The generator as part of a larger graph, through which a direction is learned. */
export interface TrainableGenerator {
  /** Draws as `Synthesize` does. @param ws f32 [n,L,D], n a number @returns f32 [n,3,S,S], RGB −1..1 */
  readonly draw: (ws: Value) => Value;
  /** Called once, where there is something to learn. Whoever gave it closes what it opens. */
  readonly openTraining: () => TrainingRuntime;
  /** Subjects of a step: fewer where the pictures of so many would fill the memory. */
  readonly subjects: number;
}

/** What a direction is looked for in. */
export interface DirectionInput {
  readonly synthesize: Synthesize;
  /** Tokens L of a W+ latent of the whole network, cut or not. */
  readonly layers: number;
  readonly pca: Pca;
  /** f32 [N,D], samples of W before truncation; the first of them are the subjects. */
  readonly samples: Float32Array;
  /** f32 [D], the centre of the truncation. */
  readonly wAverage: Float32Array;
  /** From `styleWeights`; empty: no SeFa candidates. */
  readonly styles: readonly StyleWeights[];
  /** For backdrops that are not of one colour. */
  readonly cover?: Cover;
  /** Null: candidates are screened, and none is learned by gradient. */
  readonly trainable: TrainableGenerator | null;
}

/** How subjects are drawn. */
export interface DrawOptions {
  /** Subjects that a direction's sign, scale, zero and range are read from. */
  readonly describeSubjects: number;
  /** Truncation ψ of the subjects. */
  readonly psi: number;
  /** Pictures a call of `synthesize`. */
  readonly batch: number;
  readonly signal: AbortSignal | null;
}

export interface DirectionOptions extends DrawOptions {
  /** Principal components, and SeFa vectors of each range, that are tried. */
  readonly vectors: number;
  /** Subjects that decide between candidates. */
  readonly subjects: number;
  /** Subjects of the first look at every candidate. */
  readonly previewSubjects: number;
  /** Steps of the gradient, where the generator can be trained through. */
  readonly gradientSteps: number;
  /** Candidates that go on from the first look to all subjects. */
  readonly finalists: number;
  /** Scores of an earlier, unfinished search of the same network and options: not computed again. */
  readonly known: readonly CandidateScore[];
  /** Called with each new score, for whoever keeps them for a resume. */
  readonly onScore: (score: CandidateScore) => void;
  /** Called before each step, and once at the end with done = total. */
  readonly onProgress: (done: number, total: number, text: string) => void;
}

/** Principal components and closed-form factors are there to be tried; `mirror` is learned by gradient from one of them. */
export type CandidateKind = 'pca' | 'sefa' | 'mirror';

/** A direction as plain JSON: see `LatentDirection`. */
export interface LearnedDirection {
  readonly vector: readonly number[];
  readonly probe: readonly number[];
}

/** A direction to try: vector `index` (from 0) of its kind, on a range of layers. */
export interface CandidateKey {
  readonly kind: CandidateKind;
  /** 0 for `mirror`. */
  readonly index: number;
  readonly layers: LayerRange;
  /** Of a `mirror` that has been learned; the other kinds have none. */
  readonly learned?: LearnedDirection | undefined;
}

/** How much like a turn a candidate is. Plain JSON. */
export interface CandidateScore extends CandidateKey {
  /** `pca:1:0-6`: kind, index, layers from..to (the latter not included); `mirror:0-6`. */
  readonly id: string;
  /** Subjects it was measured on. */
  readonly subjects: number;
  /** Mirror ratio of the pictures (refiner.md, part 1), 1 where a candidate knows no left from right; null where it
   *  does not change the picture. */
  readonly mirrorRatio: number | null;
  /** The same of the pictures' edges; null where they stay as they are. */
  readonly edgeRatio: number | null;
  /** Geometric mean of the two; null where one of them is. */
  readonly score: number | null;
  /** RMS difference of the pairs of pictures, −1..1 units. */
  readonly change: number;
  /** Share of a pair's difference that warping one view to the other takes away; null: not tried. */
  readonly warpGain: number | null;
}

export interface DirectionSearch {
  /** Whether a direction turns the subject. Where none does, nothing should be trained on one. */
  readonly found: boolean;
  /** One sentence for people: what was found, or why nothing was. */
  readonly summary: string;
  /** Every candidate: those measured on all subjects, best first, then those that dropped out, best first. */
  readonly candidates: readonly CandidateScore[];
  /** Null where nothing was found. */
  readonly best: YawDirection | null;
}

/** A direction with a first, uncalibrated scale. `vector` has the sign by which x turns to the viewer's right. */
export interface YawDirection extends CandidateKey, LatentDirection {
  readonly id: string;
  /** x at which subjects look straight ahead, of latents without their own component: median over subjects. */
  readonly zero: number;
  /** Standard deviation of that x over subjects. */
  readonly zeroSpread: number;
  /** How far to trust one subject's own x over the median, 0..1 (`frontalX`). */
  readonly zeroWeight: number;
  /** A first, rough scale: degrees of yaw a standard deviation about the zero. */
  readonly degreesPerSigma: number;
  /** x within which the subject goes on turning, at most −3..3. */
  readonly range: readonly [number, number];
  /** Share of the difference of two views that a convex blob's warp takes away: what shows that something turns. */
  readonly warpGain: number;
}
