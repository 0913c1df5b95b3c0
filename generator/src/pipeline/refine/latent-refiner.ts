import { float32, float32Data, type Runtime } from '../../graph/index.ts';
import { type RefinerShape, type SamplerOptions, sampleRefined } from '../../refiner/index.ts';
import type { SubjectLatents } from '../subject-latents.ts';
import type { ViewPoses } from './view-poses.ts';

/** What rotated latents are mended by. */
export interface LatentRefiner {
  /** Farthest yaw of a source, true radians. */
  readonly sourceReach: number;
  /**
   * @param yaws radians of the views, true ones where the model knows them
   * @returns f32 [n,L,D]: ŵ₊
   */
  refine(latents: SubjectLatents, yaws: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface LatentRefinerOptions {
  readonly shape: RefinerShape;
  readonly sampler: SamplerOptions;
  /** Farthest yaw of a source, true radians. */
  readonly sourceReach: number;
  /** Released with the refiner. */
  readonly poses: ViewPoses;
}

/** Views that are mended at once. */
const BATCH = 16;

/** Loads `refiner.onnx`. */
export async function openLatentRefiner(
  runtime: Runtime,
  model: Uint8Array,
  { shape, sampler, sourceReach, poses }: LatentRefinerOptions,
): Promise<LatentRefiner> {
  const session = await runtime.load(model);
  const { layers, basis } = shape;
  const { dim } = basis;
  const size = layers * dim;
  const run = async (source: Float32Array, views: Float32Array, pose: Float32Array) => {
    const count = pose.length / 6;
    const w = new Float32Array(count * size);
    for (let k = 0; k < count; k++) w.set(source, k * size);
    const fixed = {
      w: float32(w, [count, layers, dim]),
      pose: float32(pose, [count, 6]),
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
  return {
    sourceReach,
    async refine(latents, yaws) {
      const { source, views } = latents;
      const mended = new Float32Array(views.length);
      for (let first = 0; first < yaws.length; first += BATCH) {
        const end = Math.min(yaws.length, first + BATCH);
        const part = views.slice(first * size, end * size);
        const pose = await poses.read({ ...latents, views: part }, yaws.slice(first, end));
        mended.set(await run(source, part, pose), first * size);
      }
      return mended;
    },
    async release() {
      await session.release();
      await poses.release();
    },
  };
}
