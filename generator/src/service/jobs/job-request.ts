import { z } from 'zod';
import { BUILD_DEFAULTS } from '../../pipeline/build/index.ts';
import { EVALUATE_DEFAULTS } from '../../pipeline/evaluate/evaluate.ts';
import { GENERATE_DEFAULTS } from '../../pipeline/generate.ts';
import { IMPORT_DEFAULTS } from '../../pipeline/import-model.ts';
import { TRAINING_CONFIGS } from '../../pipeline/training-configs.ts';
import { TRAINING_STAGES } from '../../pipeline/training-stages.ts';
import { NOISE_MODES, type NoiseMode } from '../../pipeline/turning-noise.ts';

/** Degrees. */
export interface DegreeRange {
  readonly from: number;
  readonly to: number;
}

/** What `turnaround generate` takes; so for the others below, less all that is a path. */
export interface GenerateRequest {
  readonly kind: 'generate';
  readonly model: string;
  readonly seeds: readonly number[];
  readonly views: number;
  readonly range: DegreeRange | null;
  readonly truncation: number;
  readonly format: 'webp' | 'png';
  readonly triangles: number;
  readonly geometry: 'plain' | 'meshopt';
  readonly refine: boolean;
  readonly polish: number;
  /** What becomes of the synthesis network's noise as the subject turns. */
  readonly noise: NoiseMode;
  /** How far along the model's slider directions, in their deviations, by name. */
  readonly edits?: Readonly<Record<string, number>> | undefined;
}

export interface BuildRequest {
  readonly kind: 'build';
  /** Image set: a folder below the root of images. */
  readonly images: string;
  /** Of the character; null: the image set's. */
  readonly name: string | null;
  readonly order: 'names' | 'looks' | 'unchecked';
  readonly turns: 'right' | 'left' | null;
  readonly degrees: number | null;
  readonly frontal: number | null;
  /** Calibrated model whose depth net learning begins from. */
  readonly from: string | null;
  readonly size: number;
  readonly workResolution: number;
  readonly steps: number | null;
  readonly format: 'webp' | 'png';
  readonly triangles: number;
  readonly geometry: 'plain' | 'meshopt';
  readonly licence: string;
  readonly attribution: string;
}

export interface TrainRequest {
  readonly kind: 'train';
  readonly model: string;
  /** null: all stages. */
  readonly stage: string | null;
  readonly config: string;
  readonly steps: number | null;
  readonly subjects: number | null;
  readonly seed: number;
  readonly workResolution: number | null;
  readonly restart: boolean;
}

export interface EvaluateRequest {
  readonly kind: 'evaluate';
  readonly model: string;
  readonly against: readonly string[];
  readonly subjects: number;
  readonly views: number;
  readonly range: DegreeRange;
  readonly firstSeed: number;
  readonly truncation: number;
}

/** Made of an upload, not of JSON. */
export interface ImportRequest {
  readonly kind: 'import';
  /** Of the model that it becomes. */
  readonly name: string;
  readonly licence: string;
  readonly attribution: string;
  readonly precision: 'float32' | 'float16-weights' | 'float16';
}

/** What a client may ask for. */
export type JobRequest = GenerateRequest | BuildRequest | TrainRequest | EvaluateRequest;
/** What a job can be. */
export type AnyRequest = JobRequest | ImportRequest;

/** A folder below a configured root. One path component that no platform gives a meaning of its own. */
export const NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
/** Of a model or an image set. */
const name: z.ZodString = z
  .string()
  .max(64)
  .regex(NAME, 'expected a plain name: letters, digits, _, - and single dots inside');
/** It travels in every character's JSON. */
const line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'expected one line without control characters');
const whole = (least: number, most: number) => z.int().min(least).max(most);
/** Of yaw. */
export const degree: z.ZodNumber = z.number().min(-180).max(180);
const range = z
  .strictObject({ from: degree, to: degree })
  .refine(({ from, to }) => from < to, 'expected from below to');
const MOST_SEEDS = 1000;

export const modelName: z.ZodString = name;
export const seed: z.ZodNumber = whole(0, 0xffffffff);
/** ψ of the truncation trick. */
export const truncation: z.ZodNumber = z.number().min(0).max(2);
/** By the directions' names, in deviations: a dozen are beyond anything that a model has seen. */
export const edits: z.ZodType<Readonly<Record<string, number>>> = z
  .record(z.string().min(1).max(64), z.number().min(-12).max(12))
  .refine((all) => Object.keys(all).length <= 64, 'expected at most 64 directions');
const character = {
  triangles: whole(100, 200_000).default(GENERATE_DEFAULTS.triangles),
  geometry: z.enum(['plain', 'meshopt']).default(GENERATE_DEFAULTS.geometry),
  format: z.enum(['webp', 'png']).default(GENERATE_DEFAULTS.format),
};
const names = <T extends { readonly name: string }>(all: readonly T[]) =>
  z.enum(all.map((one) => one.name) as [string, ...string[]]);

const generate = z.strictObject({
  kind: z.literal('generate'),
  model: name,
  seeds: z
    .array(seed)
    .min(1)
    .max(MOST_SEEDS)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'expected each seed once'),
  views: whole(1, 361).default(GENERATE_DEFAULTS.views),
  range: range.nullable().default(null),
  truncation: truncation.default(GENERATE_DEFAULTS.truncation),
  edits: edits.optional(),
  refine: z.boolean().default(true),
  polish: whole(0, 1000).default(0),
  noise: z.enum(NOISE_MODES).default('constant'),
  ...character,
});

const build = z.strictObject({
  kind: z.literal('build'),
  images: name,
  name: name.nullable().default(null),
  order: z.enum(['names', 'looks', 'unchecked']).default(BUILD_DEFAULTS.order),
  turns: z.enum(['right', 'left']).nullable().default(null),
  degrees: z.number().min(1).max(360).nullable().default(null),
  frontal: whole(1, 100_000).nullable().default(null),
  from: name.nullable().default(null),
  size: whole(64, 2048).default(BUILD_DEFAULTS.size),
  workResolution: whole(32, 512).multipleOf(16).default(BUILD_DEFAULTS.workSide),
  steps: whole(1, 1_000_000).nullable().default(null),
  licence: line.default(BUILD_DEFAULTS.licence),
  attribution: line.default(BUILD_DEFAULTS.attribution),
  ...character,
});

const train = z.strictObject({
  kind: z.literal('train'),
  model: name,
  stage: names(TRAINING_STAGES).nullable().default(null),
  config: names(TRAINING_CONFIGS).default(TRAINING_CONFIGS[0]!.name),
  steps: whole(1, 10_000_000).nullable().default(null),
  subjects: whole(4, 100_000).nullable().default(null),
  seed: whole(0, 1000).default(1),
  workResolution: whole(1, 1024).nullable().default(null),
  restart: z.boolean().default(false),
});

const evaluate = z.strictObject({
  kind: z.literal('evaluate'),
  model: name,
  against: z.array(name).max(8).default([]),
  subjects: whole(1, 100_000).default(EVALUATE_DEFAULTS.subjects),
  views: whole(3, 361).default(EVALUATE_DEFAULTS.views),
  range: range.default({ from: -60, to: 60 }),
  firstSeed: whole(0, 0xff000000).default(EVALUATE_DEFAULTS.firstSeed),
  truncation: truncation.default(EVALUATE_DEFAULTS.truncation),
});

const upload = z.strictObject({
  name,
  licence: line.default(IMPORT_DEFAULTS.licence),
  attribution: line.default(IMPORT_DEFAULTS.attribution),
  precision: z.enum(['float32', 'float16-weights', 'float16']).default(IMPORT_DEFAULTS.precision),
});

const request = z.discriminatedUnion('kind', [generate, build, train, evaluate]);

/** Body of `POST /v1/jobs`. */
export const JobRequestSchema: z.ZodType<JobRequest> = request.meta({
  id: 'JobRequest',
}) as z.ZodType<JobRequest>;
/** Query of `POST /v1/models`. */
export const UploadQuerySchema: z.ZodType<Omit<ImportRequest, 'kind'>> = upload;
/** Any job's request as it is kept. */
export const AnyRequestSchema: z.ZodType<AnyRequest> = z.discriminatedUnion('kind', [
  ...request.options,
  upload.extend({ kind: z.literal('import') }),
]);
