import type { AblationTable } from './ablation.ts';
import type { Metric } from './metrics.ts';

/** What the figures are called after who read the pictures. */
export interface ReaderNames {
  readonly yaw: string | null;
  readonly distribution: string | null;
  readonly frechet: string;
  readonly kernel: string;
  readonly identity: string;
  readonly identityNet: string | null;
}

/** A mean over subjects with its 95 % interval, by bootstrap over them; no interval where it has none. */
export interface Figure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Subjects, or pictures of each set, that it comes from. */
  readonly count: number;
}

/** By a metric's id; null where it could not be measured. */
export type Figures = Readonly<Record<string, Figure | null>>;

export interface ZoneFigures {
  /** `±20°`, `±40°`, `full`. */
  readonly zone: string;
  readonly figures: Figures;
}

export interface CurvePoint {
  /** Asked yaw, degrees. */
  readonly yaw: number;
  readonly figure: Figure;
}

export type MethodId = 'unrefined' | 'refined' | 'equal-turn' | 'blur' | 'less-turn';

/** One way to draw a model's subjects from all sides. */
export interface MethodReport {
  readonly id: MethodId;
  readonly label: string;
  readonly zones: readonly ZoneFigures[];
  readonly sweep: Figures;
  /** Over yaw, by the curve's id. */
  readonly curves: Readonly<Record<string, readonly CurvePoint[]>>;
  /** Milliseconds of drawing one view, latents and synthesis. */
  readonly viewMs: number;
}

/** What a method gains over the unrefined sweep. */
export interface GainReport {
  readonly method: MethodId;
  readonly label: string;
  /** How far the unrefined sweep was turned that it is compared with, of what was asked. */
  readonly turn: number;
  /** Differences, subject by subject. */
  readonly figures: Figures;
}

export interface ModelReport {
  readonly name: string;
  readonly folder: string;
  /** SHA-256 of `model.json`. */
  readonly hash: string;
  readonly resolution: number;
  readonly calibrated: boolean;
  /** Whether it has a refiner. */
  readonly refined: boolean;
  readonly methods: readonly MethodReport[];
  readonly gains: readonly GainReport[];
  /** Cosine between different subjects, by zone. */
  readonly floor: Figures;
}

/** Everything that `turnaround evaluate` found: `evaluation.json`. */
export interface EvaluationReport {
  readonly format: 1;
  readonly options: {
    readonly subjects: number;
    readonly firstSeed: number;
    readonly truncation: number;
    /** Asked yaws, degrees. */
    readonly degrees: readonly number[];
  };
  readonly readers: ReaderNames & { readonly reach: number };
  /** Folder of real pictures, and how many of it took part. */
  readonly real: { readonly folder: string; readonly pictures: number } | null;
  /** Pictures of each set that every distance in every zone was taken from; 0: none could be. */
  readonly matched: number;
  readonly realSubjects: { readonly folder: string; readonly subjects: number } | null;
  /** Cosine between true pictures of one person, by zone. */
  readonly ceiling: Figures;
  readonly metrics: {
    readonly distance: readonly Metric[];
    readonly zone: readonly Metric[];
    readonly sweep: readonly Metric[];
  };
  /** What parts of the training are worth, as measured elsewhere; null: not given. */
  readonly ablation: AblationTable | null;
  /** What could not be measured, and how to get it. */
  readonly missing: readonly string[];
  /** The model that was asked about, then those it is held against. */
  readonly models: readonly ModelReport[];
}
