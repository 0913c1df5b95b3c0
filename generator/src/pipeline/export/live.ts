import { LIVE_HALF_FILE } from '@turnaround/plugin/asset';
import { psnr } from '../../evaluation/index.ts';
import { truncate } from '../../gan/latents/index.ts';
import { float32, float32Data, halveWeights, padPointwise, serialize } from '../../graph/index.ts';
import { buildLive, type LiveParts } from '../../refiner/live/index.ts';
import { loadGanModel } from '../gan-model.ts';
import { type ModelFile, type ModelManifest, readModelManifest } from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { LIVE_NETWORK, writeLiveManifest } from './live-manifest.ts';
import { readLiveParts } from './live-parts.ts';

export interface LiveOptions {
  /** Folder of a calibrated model. */
  readonly model: string;
  /** Path of the file; null: `live.onnx` in the model folder. Under another name it gets no `live.json`. */
  readonly out: string | null;
  /** Whether views are mended where the model has learned to. */
  readonly refine: boolean;
  /** Stores weights in half precision, and beside a `live.onnx` writes a `live.half.onnx` that computes in it. */
  readonly half: boolean;
}

/** How far pictures in half precision are from those of whole weights, on a processor. */
export interface HalfParity {
  /** Lowest PSNR of a picture, dB; null where no picture differs. */
  readonly pictureDb: number | null;
  /** Largest difference of depth, in distances to the pivot. */
  readonly depth: number;
}

/** What was written. */
export interface LiveResult {
  readonly out: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Path of `live.json`, with which its folder is all that a browser needs; null where the file is not named
   *  `live.onnx`, the one that a browser looks for. */
  readonly manifest: string | null;
  /** Whether the refiner is in it, and whether the model has one. */
  readonly refined: boolean;
  readonly refiner: boolean;
  /** Null: weights are stored as the model's precision says. */
  readonly half: HalfParity | null;
  /** Path of `live.half.onnx`, with which GPUs that compute in half precision do so; null where there is none. */
  readonly halfOut: string | null;
}

/**
 * Writes a model as one network for viewers that draw while they turn: `live.onnx` (`buildLive`), with
 * `live.json`, `mapping.onnx` and in half precision `live.half.onnx` beside it.
 * @throws PipelineError as `readLiveParts`; `live-half` where half precision changes what is seen
 */
export async function exportLive(
  platform: Pick<Platform, 'files' | 'runtime'>,
  { model, out, refine, half }: LiveOptions,
): Promise<LiveResult> {
  const { files } = platform;
  const loaded = await readModelManifest(files, model);
  const { manifest } = loaded;
  const parts = await readLiveParts(files, model, manifest, refine);
  const whole = networkOf(parts);
  const bytes = half ? halveWeights(whole) : whole;
  const path = out ?? `${model}/${LIVE_NETWORK}`;
  const [, folder = '.', name] = /^(?:(.*)[\\/])?(.*)$/s.exec(path)!;
  const isLive = name === LIVE_NETWORK;
  const computed = half && isLive ? halveWeights(networkOf({ ...parts, precision: 'float16' })) : null;
  const halved = [bytes, ...(computed ? [computed] : [])];
  const parity = half ? await compareHalf(platform, model, manifest, whole, halved) : null;
  const write = async (to: string, content: Uint8Array): Promise<ModelFile> => {
    await files.write(to, content);
    return { sha256: files.sha256(content), bytes: content.byteLength };
  };
  const halfOut = computed ? `${folder}/${LIVE_HALF_FILE}` : null;
  const written = {
    file: await write(path, bytes),
    halfFile: computed ? await write(halfOut!, computed) : null,
    refined: parts.refiner !== null,
    half,
  };
  return {
    out: path,
    ...written.file,
    manifest: isLive ? await writeLiveManifest(files, model, folder, loaded, written) : null,
    refined: written.refined,
    refiner: manifest.refiner !== null,
    half: parity,
    halfOut,
  };
}

/** As every back end of ONNX Runtime runs it. */
const networkOf = (parts: LiveParts): Uint8Array => padPointwise(serialize(buildLive(parts)));

/** Half precision may change this much: nobody sees a hundredth of a picture's range; a head spans .2 of depth. */
const [PICTURE_PARITY_DB, DEPTH_PARITY] = [40, 1e-3];

/** Yaws that are compared, radians, each of the seed of its place. */
const COMPARED = [-0.6, 0, 0.4];
const TRUNCATION = 0.8;

/** Draws a few views by all files; the worst of them. @throws PipelineError `live-half` */
async function compareHalf(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
  whole: Uint8Array,
  halved: readonly Uint8Array[],
): Promise<HalfParity> {
  const { wDim, layers, resolution: side, wAverage } = manifest;
  const model = await loadGanModel(files, runtime, folder);
  const latents: Float32Array[] = [];
  try {
    for (const seed of COMPARED.keys())
      latents.push(truncate(await model.mapSeed(seed), Float32Array.from(wAverage), TRUNCATION));
  } finally {
    await model.release();
  }
  const draw = async (bytes: Uint8Array) => {
    const session = await runtime.load(bytes);
    try {
      const views: { image: Float32Array; depth: Float32Array }[] = [];
      for (const [k, yaw] of COMPARED.entries()) {
        const outputs = await session.run(
          {
            w: float32(latents[k]!, [1, wDim]),
            edit: float32(new Float32Array(layers * wDim), [1, layers, wDim]),
            yaw: float32(Float32Array.of(yaw), [1]),
          },
          ['image', 'depth'],
        );
        views.push({ image: float32Data(outputs, 'image'), depth: float32Data(outputs, 'depth') });
      }
      return views;
    } finally {
      await session.release();
    }
  };
  const exact = await draw(whole);
  const picture = (data: Float32Array) => ({ width: side, height: side, data });
  let [pictureDb, depth] = [Number.POSITIVE_INFINITY, 0];
  for (const bytes of halved)
    for (const [k, rounded] of (await draw(bytes)).entries()) {
      const view = exact[k]!;
      pictureDb = Math.min(pictureDb, psnr(picture(view.image), picture(rounded.image)));
      depth = view.depth.reduce((most, d, i) => Math.max(most, Math.abs(d - rounded.depth[i]!)), depth);
    }
  if (!(pictureDb >= PICTURE_PARITY_DB && depth <= DEPTH_PARITY))
    throw new PipelineError(
      'live-half',
      `${folder}: expected half precision to keep pictures within ${PICTURE_PARITY_DB} dB and depth within ` +
        `${DEPTH_PARITY}, got ${pictureDb.toFixed(1)} dB and ${depth.toExponential(1)}; export without --half`,
    );
  return { pictureDb: Number.isFinite(pictureDb) ? pictureDb : null, depth };
}
