import { buildSynthesis, readSynthesisWeights, type SynthesisWeights } from '../gan/index.ts';
import { float32, float32Data, serialize } from '../graph/index.ts';
import { imageOfBatch } from '../impostor/image.ts';
import { frontalPlaces, turnNoise } from '../impostor/turn-noise.ts';
import { batchSize, runBatches } from './gan-model.ts';
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
    /** @param noise f32 [R,R] of a view for a layer's own */
    const draw = async (
      ws: Float32Array,
      count: number,
      noise: (own: NoiseMap, view: number) => Float32Array,
    ) => {
      const feeds = { ws: float32(ws, [count, layers, wDim]) };
      for (const map of maps) {
        const all = new Float32Array(count * map.side ** 2);
        for (let view = 0; view < count; view++) all.set(noise(map, view), view * map.side ** 2);
        Object.assign(feeds, { [map.input]: float32(all, [count, 1, map.side, map.side]) });
      }
      return float32Data(await session.run(feeds, ['image']), 'image');
    };
    const drawTurned = async (ws: Float32Array, yaws: readonly number[]): Promise<Float32Array> => {
      const first = await draw(ws, yaws.length, ({ data }) => data);
      const said = await depth.say(yaws.map((_, k) => imageOfBatch(first, k, side, side)));
      // Layers of one size see the same points.
      const sides = [...new Set(maps.map((map) => map.side))];
      const places = yaws.map(
        (yaw, k) => new Map(sides.map((size) => [size, frontalPlaces(size, said[k]!, yaw, depth.focal)])),
      );
      return draw(ws, yaws.length, (own, k) => turnNoise(own.data, places[k]!.get(own.side)!));
    };
    return {
      synthesize: (ws, yaws) =>
        runBatches(ws, yaws.length, layers * wDim, batchSize(side), 3 * side ** 2, (part, n, start) =>
          drawTurned(part, yaws.slice(start, start + n)),
        ),
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

/** The constant noise of one layer. */
interface NoiseMap {
  /** Name of the network's input. */
  readonly input: string;
  /** R, pixels of a side. */
  readonly side: number;
  /** f32 [R,R], rows from the top. */
  readonly data: Float32Array;
}

const noiseMaps = ({ blocks }: SynthesisWeights): NoiseMap[] =>
  blocks.flatMap(({ resolution, conv0, conv1 }) =>
    Object.entries({ conv0, conv1 }).flatMap(([name, layer]) =>
      layer ? [{ input: `b${resolution}.${name}.noise`, side: resolution, data: layer.noise }] : [],
    ),
  );
