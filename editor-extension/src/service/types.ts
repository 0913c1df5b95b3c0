/** What the service answers, as far as the panel reads it; `/v1/openapi.json` says all of it. */

export interface Model {
  readonly name: string;
  readonly resolution: number;
  readonly licence: string;
  /** False: degrees are estimates, and there is no depth. */
  readonly calibrated: boolean;
  /** Whether it has learned to make its views agree. */
  readonly refined: boolean;
  readonly direction: string | null;
}

/** Degrees. */
export interface DegreeRange {
  readonly from: number;
  readonly to: number;
}

export interface ModelDetails extends Model {
  /** Null where nothing turns its subjects. */
  readonly range: DegreeRange | null;
  /** What edits can name. */
  readonly directions: readonly string[];
}

export interface PreviewRequest {
  readonly model: string;
  readonly seed: number;
  readonly truncation: number;
  /** Deviations by direction. */
  readonly edits: Readonly<Record<string, number>>;
  readonly refine: boolean;
  /** Degrees. */
  readonly yaws: readonly number[];
}

export interface GenerateRequest extends Omit<PreviewRequest, 'seed' | 'yaws'> {
  readonly kind: 'generate';
  readonly seeds: readonly number[];
  readonly views: number;
  readonly range: DegreeRange;
  readonly triangles: number;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed';

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly text?: string;
}

export interface Job {
  readonly id: string;
  readonly state: JobState;
  /** Only a generate job's has all of these. */
  readonly request: { readonly kind: string } & Partial<Omit<GenerateRequest, 'kind'>>;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly assets: readonly { readonly id: string; readonly file: string; readonly bytes: number }[];
  readonly progress: Progress | null;
}
