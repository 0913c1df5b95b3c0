import { z } from 'zod';
import type { Precision } from '../gan/index.ts';
import type { Files } from './files.ts';
import { CalibrationSchema, type ModelCalibration } from './model-calibration.ts';
import { type ModelRefiner, RefinerSchema } from './model-refiner.ts';
import { PipelineError } from './platform.ts';

/** Version of the model folder's layout that this code writes and reads. */
export const MODEL_FORMAT_VERSION = 1;

/** One file of a model folder. */
export interface ModelFile {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** One way to move latents that was tried as yaw. */
export interface DirectionScore {
  /** `pca:1:0-6`, `sefa:3:0-4`: kind, index, layers a..b−1; `mirror:0-6`: learned by gradient. */
  readonly id: string;
  /** Σ|G(+x) − flip G(−x)|² ÷ Σ|G(+x) − G(−x)|²: below 1 for a turn. */
  readonly mirrorRatio: number | null;
  /** The same on edges, which light from the side does not pass. Null, as above, where nothing changes. */
  readonly edgeRatio: number | null;
  /** Share of two views' difference that a convex blob's warp takes away; null where it was not tried. */
  readonly warpGain: number | null;
  /** f [W] each, of a `mirror` alone: it cannot be had from the checkpoint without learning it again. */
  readonly learned?: { readonly vector: readonly number[]; readonly probe: readonly number[] } | undefined;
}

/** How the subject turns: ŵ = w + V·x on some layers (paper, eq. 1). */
export interface ModelDirection {
  readonly id: string;
  /** f [W]: V, one unit of x long (a standard deviation of W along it for principal components). */
  readonly vector: readonly number[];
  /** f [W]: probe·(w − mean) is the x of a latent; probe·vector is 1. */
  readonly probe: readonly number[];
  /** f [W], where x is 0. */
  readonly mean: readonly number[];
  /** W+ layers a..b−1. */
  readonly layers: readonly [number, number];
  /** x at which subjects face the camera, counted from the point where w has no component along V. */
  readonly zero: number;
  /** Standard deviation of that x over subjects, and how far to trust one subject's own x over `zero`, 0..1. */
  readonly zeroSpread: number;
  readonly zeroWeight: number;
  /** Smallest and largest x that turn the subject; beyond them the generator stops turning. */
  readonly range: readonly [number, number];
  /** Degrees of yaw for a unit of x; an estimate until calibration. */
  readonly degreesPerUnit: number;
  readonly mirrorRatio: number | null;
  readonly edgeRatio: number | null;
  readonly warpGain: number | null;
  /** Whether a person chose it. */
  readonly chosen: boolean;
}

/** `model.json`. */
export interface ModelManifest {
  readonly formatVersion: number;
  readonly name: string;
  readonly resolution: number;
  readonly zDim: number;
  readonly wDim: number;
  readonly layers: number;
  readonly precision: Precision;
  /** SPDX identifier or a short text; `unknown` where the importer was not told. */
  readonly licence: string;
  readonly attribution: string;
  readonly source: { readonly file: string; readonly sha256: string };
  readonly files: Readonly<Record<string, ModelFile>>;
  /** f [W], the centre of truncation. */
  readonly wAverage: readonly number[];
  /** Samples and seed of the principal components in `pca.bin`. */
  readonly pca: { readonly samples: number; readonly seed: number };
  /** `pending` until the search has run; `none` where nothing turns the subject. */
  readonly directionStatus: 'pending' | 'found' | 'none';
  readonly direction: ModelDirection | null;
  /** Every candidate of the search, best first. */
  readonly directionScores: readonly DirectionScore[];
  /** False: degrees are an estimate ("about"). */
  readonly calibrated: boolean;
  /** What the nets mean; null where there are none. Nets that have not learned to turn stand here with `calibrated`
   *  false. */
  readonly calibration: ModelCalibration | null;
  /** How rotated latents are mended; null where that has not been learned. */
  readonly refiner: ModelRefiner | null;
  /** The stages that led here, in order, each with the key of all that it depended on. */
  readonly trained: readonly { readonly stage: string; readonly key: string }[];
}

const score = z.object({
  id: z.string(),
  mirrorRatio: z.number().nullable(),
  edgeRatio: z.number().nullable(),
  warpGain: z.number().nullable(),
  learned: z.object({ vector: z.array(z.number()), probe: z.array(z.number()) }).optional(),
});

const Schema: z.ZodType<ModelManifest> = z
  .object({
    formatVersion: z.number(),
    name: z.string().min(1),
    resolution: z.number().int().min(8),
    zDim: z.number().int().positive(),
    wDim: z.number().int().positive(),
    layers: z.number().int().positive(),
    precision: z.enum(['float32', 'float16-weights', 'float16']),
    licence: z.string(),
    attribution: z.string(),
    source: z.object({ file: z.string(), sha256: z.string() }),
    files: z.record(z.string(), z.object({ sha256: z.string().length(64), bytes: z.number().int() })),
    wAverage: z.array(z.number()),
    pca: z.object({ samples: z.number().int(), seed: z.number().int() }),
    directionStatus: z.enum(['pending', 'found', 'none']),
    direction: score
      .extend({
        vector: z.array(z.number()),
        probe: z.array(z.number()),
        mean: z.array(z.number()),
        layers: z.tuple([z.number().int(), z.number().int()]),
        zero: z.number(),
        zeroSpread: z.number(),
        zeroWeight: z.number(),
        range: z.tuple([z.number(), z.number()]),
        degreesPerUnit: z.number(),
        chosen: z.boolean(),
      })
      .nullable(),
    directionScores: z.array(score),
    calibrated: z.boolean(),
    calibration: CalibrationSchema.nullable().default(null),
    refiner: RefinerSchema.nullable().default(null),
    trained: z.array(z.object({ stage: z.string(), key: z.string() })).default([]),
  })
  .refine(
    ({ calibrated, calibration }) => !calibrated || calibration !== null,
    'expected a calibration where calibrated is true',
  );

/** A model folder as it was read. */
export interface LoadedManifest {
  readonly manifest: ModelManifest;
  /** SHA-256 of `model.json`: the model's identity in assets. */
  readonly hash: string;
}

/** Reads and checks `model.json`. */
export async function readModelManifest(files: Files, folder: string): Promise<LoadedManifest> {
  const path = `${folder}/model.json`;
  if (!(await files.exists(path)))
    throw new PipelineError(
      'model-missing',
      `model: expected ${path}, found none; make one with: turnaround import CHECKPOINT --out ${folder}`,
    );
  const bytes = await files.read(path);
  const parsed = parseJson(bytes, path);
  const version = (parsed as { formatVersion?: unknown } | null)?.formatVersion;
  if (version !== MODEL_FORMAT_VERSION)
    throw new PipelineError(
      'model-version',
      `${path}: expected formatVersion ${MODEL_FORMAT_VERSION}, got ${version}`,
    );
  const result = Schema.safeParse(parsed);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new PipelineError(
      'model-invalid',
      `${path}: ${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
  }
  return { manifest: result.data, hash: files.sha256(bytes) };
}

export async function writeModelManifest(
  files: Files,
  folder: string,
  manifest: ModelManifest,
): Promise<void> {
  await files.write(`${folder}/model.json`, `${JSON.stringify(manifest, null, 1)}\n`);
}

/** A model without depth, pose, true degrees and refiner: what it is when its direction changes. */
export function withoutCalibration(manifest: ModelManifest): ModelManifest {
  return {
    ...withoutRefiner(manifest),
    files: withoutFiles(manifest, [...CALIBRATION_FILES, REFINER_FILE]),
    calibrated: false,
    calibration: null,
    trained: [],
  };
}

/** A model that does not mend its latents: what it is when its calibration changes, whose yaws the refiner takes. */
export function withoutRefiner(manifest: ModelManifest): ModelManifest {
  const { trained } = manifest;
  const kept = trained.length - (trained.at(-1)?.stage === 'refiner' ? 1 : 0);
  return {
    ...manifest,
    files: withoutFiles(manifest, [REFINER_FILE]),
    refiner: null,
    trained: trained.slice(0, kept),
  };
}

function withoutFiles({ files }: ModelManifest, names: readonly string[]): Record<string, ModelFile> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

/** The nets that a calibration adds. */
const CALIBRATION_FILES: readonly string[] = ['depth.onnx', 'pose.onnx'];

export const REFINER_FILE = 'refiner.onnx';

/** Reads one file of a model folder and checks it against its SHA-256. */
export async function readModelFile(
  files: Files,
  folder: string,
  manifest: ModelManifest,
  name: string,
): Promise<Uint8Array> {
  const expected = manifest.files[name];
  if (!expected)
    throw new PipelineError('model-file', `${folder}/model.json: expected an entry for ${name}, got none`);
  const bytes = await files.read(`${folder}/${name}`);
  const sha256 = files.sha256(bytes);
  if (sha256 !== expected.sha256)
    throw new PipelineError(
      'model-hash',
      `${folder}/${name}: expected SHA-256 ${expected.sha256}, got ${sha256}; the file is damaged or was changed`,
    );
  return bytes;
}

export function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new PipelineError('json', `${path}: expected JSON, got ${(error as Error).message}`);
  }
}
