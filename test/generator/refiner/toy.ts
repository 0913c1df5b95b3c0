import { seedToLatent } from '@turnaround/plugin/asset';
import { computePca } from '../../../generator/src/gan/latents/index.ts';
import {
  float32,
  float32Data,
  Graph,
  initialWeights,
  serialize,
  TrainableParameters,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import {
  buildRefiner,
  type LatentBasis,
  latentBasis,
  REFINER_SCOPE,
  type RefinerOptions,
  type RefinerShape,
  refine,
} from '../../../generator/src/refiner/index.ts';

export const runtime = createRuntime({ threads: 1 });

/** Standard normal numbers, the same for the same seed. */
export const normals = (seed: number, count: number): Float32Array =>
  Float32Array.from(seedToLatent(seed, count));

/** The basis of a random Gaussian whose axes are mixed and of different widths. */
export function toyBasis(dim: number): LatentBasis {
  const mix = normals(1, dim * dim);
  const z = normals(2, 200 * dim);
  const samples = new Float32Array(z.length);
  for (let n = 0; n < 200; n++)
    for (let i = 0; i < dim; i++) {
      let sum = 0.5 * i;
      for (let j = 0; j < dim; j++) sum += (mix[i * dim + j]! * z[n * dim + j]!) / (1 + j);
      samples[n * dim + i] = sum;
    }
  return latentBasis(computePca(samples, dim));
}

export const TOY: RefinerShape = { layers: 5, basis: toyBasis(6), refined: { from: 1, to: 4 } };

/** A refiner of a few thousand numbers. */
export const small = (options: Partial<RefinerOptions>): Partial<RefinerOptions> => ({
  width: 16,
  blocks: 2,
  heads: 2,
  ...options,
});

/** Names, shapes and initialisers of a refiner's tensors. */
export function refinerSpecs(shape: RefinerShape, options: Partial<RefinerOptions>) {
  const graph = new Graph('specs');
  const scope = new TrainableParameters(graph);
  const { layers, basis } = shape;
  refine(
    scope.scope(REFINER_SCOPE),
    {
      w: graph.input('w', 'float32', [2, layers, basis.dim]),
      rotated: graph.input('rotated', 'float32', [2, layers, basis.dim]),
      pose: graph.input('pose', 'float32', [2, 6]),
      t: graph.input('t', 'float32', [2]),
    },
    shape,
    options,
  );
  return scope.tensors.map(({ spec }) => spec);
}

/** First weights; `shake` moves all of them, so that nothing is 0. */
export function refinerWeights(
  shape: RefinerShape,
  options: Partial<RefinerOptions>,
  shake = 0,
): Record<string, Float32Array> {
  const weights = initialWeights(refinerSpecs(shape, options), 7);
  Object.values(weights).forEach((data, k) => {
    const noise = normals(50 + k, data.length);
    for (let i = 0; i < data.length; i++) data[i]! += shake * noise[i]!;
  });
  return weights;
}

export interface Latents {
  readonly w: Float32Array;
  readonly rotated: Float32Array;
  readonly yaw: readonly number[];
  readonly t: readonly number[];
}

export const pose = (yaw: readonly number[]): Float32Array =>
  Float32Array.from(yaw.flatMap((angle) => [0, angle, 0, Math.sin(angle), 0, Math.cos(angle) - 1]));

/** Feeds of a refiner. */
export const feeds = ({ layers, basis: { dim } }: RefinerShape, { w, rotated, yaw, t }: Latents) => ({
  w: float32(w, [yaw.length, layers, dim]),
  rotated: float32(rotated, [yaw.length, layers, dim]),
  pose: float32(pose(yaw), [yaw.length, 6]),
  t: float32(Float32Array.from(t), [t.length]),
});

export async function runGraph(graph: Graph, inputs: ReturnType<typeof feeds>): Promise<Float32Array> {
  const session = await runtime.load(serialize(graph));
  const outputs = await session.run(inputs);
  await session.release();
  return float32Data(outputs, 'refined');
}

/** What refiner.onnx of these weights gives. */
export const runRefiner = (
  shape: RefinerShape,
  weights: Record<string, Float32Array>,
  options: Partial<RefinerOptions>,
  latents: Latents,
): Promise<Float32Array> => runGraph(buildRefiner(weights, shape, options), feeds(shape, latents));

/** Subjects and views for a shape. */
export function toyLatents({ layers, basis: { dim } }: RefinerShape, count: number, t = 0): Latents {
  return {
    w: normals(11, count * layers * dim),
    rotated: normals(12, count * layers * dim),
    yaw: Array.from({ length: count }, (_, k) => 0.4 * k - 0.5),
    t: Array.from({ length: count }, () => t),
  };
}

export const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
};
