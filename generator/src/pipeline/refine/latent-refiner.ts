import { radians } from '@turnaround/plugin/asset';
import { float32, float32Data, type Runtime } from '../../graph/index.ts';
import { type RefinerShape, type SamplerOptions, sampleRefined } from '../../refiner/index.ts';
import type { SubjectLatents } from '../subject-latents.ts';

/** What rotated latents are mended by. */
export interface LatentRefiner {
  /**
   * @param yaws true radians of the views
   * @returns f32 [n,L,D]: ŵ₊
   */
  refine(latents: SubjectLatents, yaws: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface LatentRefinerOptions {
  readonly shape: RefinerShape;
  readonly sampler: SamplerOptions;
  /** True yaw ÷ the nets' own. */
  readonly scale: number;
  /** Yaws that it was learned on, degrees in the nets' own scale: beyond them it is asked for the last one it knows. */
  readonly reach: number;
}

/** Views that are mended at once. */
const BATCH = 16;

/** Loads `refiner.onnx`. */
export async function openLatentRefiner(
  runtime: Runtime,
  model: Uint8Array,
  { shape, sampler, scale, reach }: LatentRefinerOptions,
): Promise<LatentRefiner> {
  const session = await runtime.load(model);
  const { layers, basis } = shape;
  const { dim } = basis;
  const size = layers * dim;
  /** @param yaws radians in the nets' own scale */
  const run = async (source: Float32Array, views: Float32Array, yaws: readonly number[]) => {
    const count = yaws.length;
    const w = new Float32Array(count * size);
    for (let k = 0; k < count; k++) w.set(source, k * size);
    const pose = yaws.flatMap((yaw) => orbitPose(yaw));
    const fixed = {
      w: float32(w, [count, layers, dim]),
      pose: float32(Float32Array.from(pose), [count, 6]),
    };
    const denoise = async (rotated: Float32Array, t: number): Promise<Float32Array> => {
      const outputs = await session.run({
        ...fixed,
        rotated: float32(rotated, [count, layers, dim]),
        t: float32(new Float32Array(count).fill(t), [count]),
      });
      return float32Data(outputs, 'refined');
    };
    return sampleRefined(denoise, shape, views, sampler);
  };
  const most = radians(reach);
  return {
    async refine({ source, views }, yaws) {
      const own = yaws.map((yaw) => Math.min(most, Math.max(-most, yaw / scale)));
      const mended = new Float32Array(views.length);
      for (let first = 0; first < yaws.length; first += BATCH) {
        const end = Math.min(yaws.length, first + BATCH);
        const part = await run(source, views.subarray(first * size, end * size), own.slice(first, end));
        mended.set(part, first * size);
      }
      return mended;
    },
    release: () => session.release(),
  };
}

/** `yawPose` as numbers: axis-angle about Y, and the translation of an orbit about the pivot at depth 1. */
export const orbitPose = (yaw: number): number[] => [0, yaw, 0, Math.sin(yaw), 0, Math.cos(yaw) - 1];
