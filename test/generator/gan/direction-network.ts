import { seedToLatent } from '@turnaround/plugin/asset';
import { type DirectionInput, styleWeights } from '../../../generator/src/gan/direction/index.ts';
import {
  buildMapping,
  buildSynthesis,
  type StyleGan2Weights,
  synthesize,
} from '../../../generator/src/gan/index.ts';
import { computePca, sampleLatents } from '../../../generator/src/gan/latents/index.ts';
import { float32, float32Data, serialize, trainingRuntime } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

/** A network as the search sees it, cut at 64². */
export async function openInput(weights: StyleGan2Weights, count: number): Promise<DirectionInput> {
  const runtime = createRuntime();
  const mapping = await runtime.load(serialize(buildMapping(weights)));
  const samples = await sampleLatents(
    async (z, n) => float32Data(await mapping.run({ z: float32(z, [n, weights.zDim]) }), 'w'),
    weights.zDim,
    { count, seed: 0 },
  );
  const pca = computePca(samples, weights.wDim);
  return {
    synthesize: await openSynthesis(weights, Math.min(64, weights.resolution)),
    layers: weights.layers,
    pca,
    samples,
    wAverage: weights.wAverage ?? pca.mean,
    styles: styleWeights(weights),
    trainable: null,
  };
}

/** The same, and one through which a direction can be learned. */
export async function openTrainableInput(weights: StyleGan2Weights, count: number): Promise<DirectionInput> {
  const cutAt = Math.min(64, weights.resolution);
  return {
    ...(await openInput(weights, count)),
    trainable: {
      draw: (ws) => synthesize(ws, weights, { cutAt }).image,
      openTraining: () => trainingRuntime(createRuntime()),
      subjects: 8,
    },
  };
}

/** Pictures of W+ latents at a resolution. */
export async function openSynthesis(
  weights: StyleGan2Weights,
  cutAt: number,
): Promise<(ws: Float32Array, count: number) => Promise<Float32Array>> {
  const session = await createRuntime().load(serialize(buildSynthesis(weights, { cutAt })));
  const shape = [weights.layers, weights.wDim] as const;
  return async (ws, count) =>
    float32Data(await session.run({ ws: float32(ws, [count, ...shape]) }, ['image']), 'image');
}

/** A StyleGAN2 before its training: weights standard normal, as its initialisation draws them. */
export function randomNetwork(
  seed: number,
  { resolution, channels, dim, noise }: { resolution: number; channels: number; dim: number; noise: number },
): StyleGan2Weights {
  let next = 1000 * seed;
  const normal = (shape: readonly number[], scale = 1) => {
    const length = shape.reduce((a, b) => a * b);
    return { shape, data: Float32Array.from(seedToLatent(next++, length), (v) => v * scale) };
  };
  const affine = (inputs: number) => ({
    weight: normal([inputs, dim]),
    bias: new Float32Array(inputs).fill(1),
  });
  const convolution = (side: number) => ({
    weight: normal([channels, channels, 3, 3]),
    bias: new Float32Array(channels),
    affine: affine(channels),
    noiseStrength: noise,
    noise: normal([side, side]).data,
  });
  const depth = Math.log2(resolution) - 1;
  return {
    zDim: dim,
    wDim: dim,
    resolution,
    layers: 2 * depth,
    mappingLearningRate: 0.01,
    mapping: Array.from({ length: 4 }, () => ({
      weight: normal([dim, dim], 100),
      bias: new Float32Array(dim),
    })),
    wAverage: null,
    constant: normal([channels, 4, 4]),
    blocks: Array.from({ length: depth }, (_, k) => ({
      resolution: 4 << k,
      conv0: k === 0 ? null : convolution(4 << k),
      conv1: convolution(4 << k),
      toRgb: { weight: normal([3, channels, 1, 1]), bias: new Float32Array(3), affine: affine(channels) },
    })),
    convClamp: null,
  };
}
