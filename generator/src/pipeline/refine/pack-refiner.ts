import { orbitPose } from '../../calibration/warp/index.ts';
import { float32, float32Data, halveWeights, Random, type Runtime } from '../../graph/index.ts';
import type { RefinerShape } from '../../refiner/index.ts';

/** Latents that both forms are compared on. */
const COMPARED = 16;

/** Largest difference of a mended latent, of the widest deviation of W. Three thousandths move no picture by a grey level. */
const PARITY = 3e-3;

/**
 * A refiner's file: weights stored in half precision where that changes next to nothing.
 * @param model `refiner.onnx`, float32
 */
export async function packRefiner(
  runtime: Runtime,
  model: Uint8Array,
  { layers, basis }: RefinerShape,
): Promise<Uint8Array> {
  const { dim, mean, deviations } = basis;
  const random = new Random('pack refiner');
  const widest = deviations[0]!;
  const latents = () =>
    Float32Array.from(
      { length: COMPARED * layers * dim },
      (_, i) => mean[i % dim]! + (widest / Math.sqrt(dim)) * random.normal(),
    );
  const shape = [COMPARED, layers, dim];
  const yaws = Array.from({ length: COMPARED }, (_, k) => k / COMPARED - 0.5);
  const feeds = {
    w: float32(latents(), shape),
    rotated: float32(latents(), shape),
    pose: float32(Float32Array.from(yaws.flatMap(orbitPose)), [COMPARED, 6]),
    t: float32(new Float32Array(COMPARED), [COMPARED]),
  };
  const run = async (bytes: Uint8Array): Promise<Float32Array> => {
    const session = await runtime.load(bytes);
    try {
      return float32Data(await session.run(feeds), 'refined');
    } finally {
      await session.release();
    }
  };
  const halved = halveWeights(model);
  const [whole, half] = [await run(model), await run(halved)];
  return whole.every((value, k) => Math.abs(value - half[k]!) <= PARITY * widest) ? halved : model;
}
