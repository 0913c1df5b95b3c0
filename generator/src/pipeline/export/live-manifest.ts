import {
  LIVE_FORMAT_VERSION,
  LIVE_HALF_FILE,
  type LiveManifest,
  liveManifestJson,
} from '@turnaround/plugin/asset';
import type { Pca } from '../../gan/latents/index.ts';
import { standingFrame } from '../../impostor/index.ts';
import { requireCalibration } from '../calibrate/set-degrees.ts';
import type { Files } from '../files.ts';
import { type LoadedManifest, type ModelFile, readModelFile } from '../model-manifest.ts';
import { PCA_FILE, unpackPca } from '../pca-file.ts';
import { sliderDirections } from '../slider-directions.ts';
import { defaultRange, requireDirection } from '../sweep.ts';

/** What a browser looks for. */
export const LIVE_MANIFEST = 'live.json';
export const LIVE_NETWORK = 'live.onnx';
const MAPPING = 'mapping.onnx';

/**
 * How much further than the 1st and 99th percentile of the model's depths those lie that a browser keeps, in widths of
 * that range: what lies beyond is held at the end. A step of its 8 bits is then a seventh of a pixel in a view warped by
 * 15° at 128².
 */
const DEPTH_MARGIN = 0.5;

/** How a written `live.onnx` was made. */
export interface LiveFacts {
  /** Whether the refiner is in it. */
  readonly refined: boolean;
  /** Whether its weights are in half precision. */
  readonly half: boolean;
  readonly file: ModelFile;
  /** `live.half.onnx`; null where there is none. */
  readonly halfFile: ModelFile | null;
}

/**
 * What `live.json` says of a model and its `live.onnx`.
 * @param pca    principal components of W
 * @param folder names the model in messages
 * @throws PipelineError `direction-missing`, `not-calibrated`
 */
export function describeLive(
  { manifest, hash }: LoadedManifest,
  pca: Pca,
  { refined, half, file, halfFile }: LiveFacts,
  folder: string,
): LiveManifest {
  const { name, licence, attribution, source, resolution, zDim, wDim, layers, wAverage, files } = manifest;
  const direction = requireDirection(manifest, folder);
  const { focal, depthRange } = requireCalibration(manifest, folder);
  const [near, far] = depthRange;
  const margin = DEPTH_MARGIN * (far - near);
  return {
    formatVersion: LIVE_FORMAT_VERSION,
    ...{ name, modelHash: hash, licence, attribution, source: source.file },
    ...{ resolution, zDim, wDim, layers, wAverage },
    focal,
    ...standingFrame({ width: resolution, height: resolution }),
    range: defaultRange(direction, manifest),
    depthRange: { near: near - margin, far: far + margin },
    directions: sliderDirections(direction, pca),
    ...{ refined, half },
    files: {
      [LIVE_NETWORK]: file,
      ...(halfFile ? { [LIVE_HALF_FILE]: halfFile } : {}),
      [MAPPING]: files[MAPPING]!,
    },
  };
}

/**
 * Writes `live.json` beside a `live.onnx`, and `mapping.onnx` where the folder is not the model's own, so that it holds
 * all that a browser needs.
 * @param folder the model's @param out the folder of `live.onnx`
 * @returns the path of `live.json`
 */
export async function writeLiveManifest(
  files: Files,
  folder: string,
  out: string,
  loaded: LoadedManifest,
  facts: LiveFacts,
): Promise<string> {
  const { manifest } = loaded;
  const pca = unpackPca(await readModelFile(files, folder, manifest, PCA_FILE), manifest.wDim);
  const mapping = await readModelFile(files, folder, manifest, MAPPING);
  const described = describeLive(loaded, pca, facts, folder);
  // Under another spelling of the model's folder this writes the same bytes once more.
  if (out !== folder) await files.write(`${out}/${MAPPING}`, mapping);
  const path = `${out}/${LIVE_MANIFEST}`;
  // Last: what it lists is there.
  await files.write(path, `${JSON.stringify(liveManifestJson(described), null, 1)}\n`);
  return path;
}
