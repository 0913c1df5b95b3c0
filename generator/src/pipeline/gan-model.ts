import { seedToLatent } from '@turnaround/plugin/asset';
import { cutSynthesis, withoutNoise } from '../gan/index.ts';
import { float32, float32Data, type Runtime, type Session } from '../graph/index.ts';
import type { Files } from './files.ts';
import { type ModelManifest, readModelFile, readModelManifest } from './model-manifest.ts';

/** A model folder's networks, loaded. */
export interface GanModel {
  readonly manifest: ModelManifest;
  /** SHA-256 of `model.json`. */
  readonly hash: string;
  /** Pixels of a side of the pictures: the network's, or where it was cut. */
  readonly side: number;
  /** w of a seed, before truncation: f32 [W]. */
  mapSeed(seed: number): Promise<Float32Array>;
  /** Pictures of W+ latents. @param ws f32 [n,L,W] @returns f32 [n,3,S,S], RGB −1..1, not clamped */
  synthesize(ws: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Largest batch that is run at once: beyond it nothing gets faster, and activations of large nets fill memory. */
export const batchSize = (resolution: number): number =>
  Math.max(1, Math.min(16, Math.floor((16 * 128 ** 2) / resolution ** 2)));

export interface GanModelOptions {
  /** Pixels of a side where a larger network is cut; the whole network if left out. */
  readonly cutAt?: number;
  /** Whether the synthesis network adds its constant noise, as it does if left out. */
  readonly noise?: boolean;
}

/** Loads `mapping.onnx` and `synthesis.onnx` of a model folder, checking their hashes. */
export async function loadGanModel(
  files: Files,
  runtime: Runtime,
  folder: string,
  { cutAt, noise = true }: GanModelOptions = {},
): Promise<GanModel> {
  const { manifest, hash } = await readModelManifest(files, folder);
  const { zDim, wDim, layers, resolution } = manifest;
  const side = Math.min(cutAt ?? resolution, resolution);
  const mapping = await runtime.load(await readModelFile(files, folder, manifest, 'mapping.onnx'));
  const whole = await readModelFile(files, folder, manifest, 'synthesis.onnx');
  const drawn = side === resolution ? whole : cutSynthesis(whole, side);
  const synthesis = await runtime.load(noise ? drawn : withoutNoise(drawn));
  const size = layers * wDim;
  return {
    manifest,
    hash,
    side,
    async mapSeed(seed) {
      const z = Float32Array.from(seedToLatent(seed, zDim));
      return float32Data(await mapping.run({ z: float32(z, [1, zDim]) }, ['w']), 'w');
    },
    async synthesize(ws, count) {
      return runBatches(ws, count, size, batchSize(side), 3 * side ** 2, (part, n) =>
        runImages(synthesis, part, [n, layers, wDim]),
      );
    },
    async release() {
      await mapping.release();
      await synthesis.release();
    },
  };
}

/** Pictures of one batch of latents. */
export async function runImages(
  synthesis: Session,
  ws: Float32Array,
  shape: readonly [number, number, number],
): Promise<Float32Array> {
  return float32Data(await synthesis.run({ ws: float32(ws, shape) }, ['image']), 'image');
}

/** Splits `count` items of `itemSize` numbers into batches and joins what comes out; `run` gets the first item's number too. */
export async function runBatches(
  input: Float32Array,
  count: number,
  itemSize: number,
  batch: number,
  outputSize: number,
  run: (part: Float32Array, n: number, start: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const output = new Float32Array(count * outputSize);
  for (let start = 0; start < count; start += batch) {
    const n = Math.min(batch, count - start);
    const part = input.subarray(start * itemSize, (start + n) * itemSize);
    output.set(await run(part, n, start), start * outputSize);
  }
  return output;
}
