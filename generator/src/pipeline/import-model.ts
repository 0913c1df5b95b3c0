import { readCheckpoint } from '../checkpoint/index.ts';
import { buildMapping, buildSynthesis, type Precision, type StyleGan2Weights } from '../gan/index.ts';
import { computePca, type Pca, sampleLatents } from '../gan/latents/index.ts';
import { float32, float32Data, serialize } from '../graph/index.ts';
import {
  MODEL_FORMAT_VERSION,
  type ModelFile,
  type ModelManifest,
  readModelFile,
  readModelManifest,
  writeModelManifest,
} from './model-manifest.ts';
import { PCA_FILE, packPca, unpackPca } from './pca-file.ts';
import { PipelineError, type Platform } from './platform.ts';

export interface ImportOptions {
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  /** Model folder to write. */
  readonly out: string;
  /** Name in assets; by default the folder's. */
  readonly name: string;
  readonly licence: string;
  readonly attribution: string;
  readonly precision: Precision;
  /** Samples behind the principal components and, where the checkpoint has none, the average w. */
  readonly pcaSamples: number;
}

type ImportDefaults = Pick<ImportOptions, 'licence' | 'attribution' | 'precision' | 'pcaSamples'>;

/** 20,000 samples fix the leading components; the eigensolver takes longer than they do. */
export const IMPORT_DEFAULTS: ImportDefaults = {
  licence: 'unknown',
  attribution: '',
  precision: 'float32',
  pcaSamples: 20_000,
};

/** Seed of the samples behind the principal components. */
const PCA_SEED = 0;

/** A checkpoint in memory, with its model folder brought up to date. */
export interface ImportedModel {
  readonly manifest: ModelManifest;
  readonly weights: StyleGan2Weights;
  readonly pca: Pca;
  /** False: everything was there already. */
  readonly written: boolean;
}

/**
 * Reads a checkpoint and writes a model folder: `mapping.onnx`, `synthesis.onnx`, `pca.bin`, and last
 * `model.json`, so that a folder with a `model.json` is whole. The direction is a stage of its own, after this one.
 * A second run with the same checkpoint and options writes nothing.
 */
export async function importModel(platform: Platform, options: ImportOptions): Promise<ImportedModel> {
  const { files } = platform;
  if (!(await files.exists(options.checkpoint)))
    throw new PipelineError(
      'checkpoint-missing',
      `checkpoint: expected a file at ${options.checkpoint}, found none`,
    );
  const bytes = await files.read(options.checkpoint);
  const sha256 = files.sha256(bytes);
  const weights = readCheckpoint(bytes);
  const known = await knownModel(platform, options, sha256);
  if (known) return { ...known, weights, written: false };

  const written: Record<string, ModelFile> = {};
  const save = async (name: string, content: Uint8Array) => {
    await files.write(`${options.out}/${name}`, content);
    written[name] = { sha256: files.sha256(content), bytes: content.byteLength };
  };
  const mapping = serialize(buildMapping(weights));
  await save('mapping.onnx', mapping);
  await save('synthesis.onnx', serialize(buildSynthesis(weights, { precision: options.precision })));
  const pca = await samplePca(platform, mapping, weights, options.pcaSamples);
  await save(PCA_FILE, packPca(pca));
  const manifest: ModelManifest = {
    formatVersion: MODEL_FORMAT_VERSION,
    name: options.name,
    resolution: weights.resolution,
    zDim: weights.zDim,
    wDim: weights.wDim,
    layers: weights.layers,
    precision: options.precision,
    licence: options.licence,
    attribution: options.attribution,
    source: { file: options.checkpoint.split(/[\\/]/).at(-1)!, sha256 },
    files: written,
    wAverage: [...(weights.wAverage ?? pca.mean)],
    pca: { samples: options.pcaSamples, seed: PCA_SEED },
    directionStatus: 'pending',
    direction: null,
    directionScores: [],
    calibrated: false,
    calibration: null,
    refiner: null,
    trained: [],
  };
  await writeModelManifest(files, options.out, manifest);
  return { manifest, weights, pca, written: true };
}

/** The model that stands in the folder, where it was made from the same checkpoint by the same options. */
async function knownModel(platform: Platform, options: ImportOptions, sha256: string) {
  const { files } = platform;
  if (!(await files.exists(`${options.out}/model.json`))) return null;
  const { manifest } = await readModelManifest(files, options.out);
  if (manifest.source.sha256 !== sha256)
    throw new PipelineError(
      'model-exists',
      `${options.out}: expected an empty folder or a model made from ${options.checkpoint}, got one made from ` +
        `${manifest.source.file}; remove it or name another --out`,
    );
  const same =
    manifest.name === options.name &&
    manifest.licence === options.licence &&
    manifest.attribution === options.attribution &&
    manifest.precision === options.precision &&
    manifest.pca.samples === options.pcaSamples;
  if (!same) return null;
  for (const name of Object.keys(manifest.files))
    if (name.endsWith('.onnx')) await readModelFile(files, options.out, manifest, name);
  return {
    manifest,
    pca: unpackPca(await readModelFile(files, options.out, manifest, PCA_FILE), manifest.wDim),
  };
}

async function samplePca(platform: Platform, mapping: Uint8Array, weights: StyleGan2Weights, count: number) {
  const session = await platform.runtime.load(mapping);
  const map = async (z: Float32Array, n: number) =>
    float32Data(await session.run({ z: float32(z, [n, weights.zDim]) }), 'w');
  const samples = await sampleLatents(map, weights.zDim, { count, seed: PCA_SEED, signal: platform.signal });
  await session.release();
  return computePca(samples, weights.wDim);
}
