import { buildSynthesis, readSynthesisWeights, type SynthesisWeights } from '../gan/index.ts';
import { float32, float32Data, serialize } from '../graph/index.ts';
import { imageOfBatch } from '../impostor/image.ts';
import { type NoiseMap, turnNoise } from '../impostor/turn-noise.ts';
import { batchSize } from './gan-model.ts';
import { type ModelManifest, readModelFile } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';
import { openDepth } from './view-depth.ts';

/**
 * What becomes of the synthesis network's noise as a subject turns. `constant`: it stays where it is in the picture, as
 * the network learned it, and so do the strands that it draws. `turning`: it turns along, by the depth of each view, at
 * the price of drawing every view twice. `none`: nothing is added, and hair is smooth.
 */
export type NoiseMode = (typeof NOISE_MODES)[number];
export const NOISE_MODES = ['constant', 'turning', 'none'] as const;

/** A synthesis network whose noise turns with the subject. */
export interface TurningNoise {
  /**
   * @param ws   f32 [n,L,W]
   * @param yaws n, radians
   * @returns f32 [n,3,S,S], RGB −1..1, not clamped
   */
  synthesize(ws: Float32Array, yaws: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * Opens a model's synthesis network with its noise as inputs, and its depth net. Views are drawn with the noise where the
 * network has it, their depth is read, and they are drawn again with the noise where the subject has it.
 * @throws PipelineError `not-calibrated` for a model that does not know depth
 */
export async function openTurningNoise(
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
): Promise<TurningNoise> {
  const depth = await openDepth(platform, folder, manifest);
  if (!depth)
    throw new PipelineError(
      'not-calibrated',
      `${folder}: expected a model that knows depth to turn its noise by, got one that is not calibrated; train it with: ` +
        `turnaround train ${folder} --stage depth-pose`,
    );
  try {
    const weights = readSynthesisWeights(
      await readModelFile(platform.files, folder, manifest, 'synthesis.onnx'),
    );
    const session = await platform.runtime.load(serialize(buildSynthesis(weights, { noise: 'input' })));
    const { resolution: side, layers, wDim } = weights;
    const maps = noiseMaps(weights);
    /** @param noise of the views for each map */
    const draw = async (
      ws: Float32Array,
      count: number,
      noise: (map: NoiseMap, view: number) => Float32Array,
    ) => {
      const feeds = { ws: float32(ws, [count, layers, wDim]) };
      for (const [name, map] of maps) {
        const all = new Float32Array(count * map.side ** 2);
        for (let view = 0; view < count; view++) all.set(noise(map, view), view * map.side ** 2);
        Object.assign(feeds, { [name]: float32(all, [count, 1, map.side, map.side]) });
      }
      return float32Data(await session.run(feeds, ['image']), 'image');
    };
    return {
      async synthesize(ws, yaws) {
        const [latent, batch] = [layers * wDim, batchSize(side)];
        const images = new Float32Array(yaws.length * 3 * side ** 2);
        for (let start = 0; start < yaws.length; start += batch) {
          const asked = yaws.slice(start, start + batch);
          const part = ws.subarray(start * latent, (start + asked.length) * latent);
          const first = await draw(part, asked.length, ({ data }) => data);
          const said = await depth.say(asked.map((_, k) => imageOfBatch(first, k, side, side)));
          const turned = await draw(part, asked.length, (map, k) =>
            turnNoise(map, said[k]!, asked[k]!, depth.focal),
          );
          images.set(turned, start * 3 * side ** 2);
        }
        return images;
      },
      async release() {
        await session.release();
        await depth.release();
      },
    };
  } catch (error) {
    await depth.release();
    throw error;
  }
}

/** Noise by the name of its input. */
const noiseMaps = ({ blocks }: SynthesisWeights): (readonly [string, NoiseMap])[] =>
  blocks.flatMap(({ resolution, conv0, conv1 }) =>
    Object.entries({ conv0, conv1 }).flatMap(([name, layer]) =>
      layer ? [[`b${resolution}.${name}.noise`, { side: resolution, data: layer.noise }] as const] : [],
    ),
  );
