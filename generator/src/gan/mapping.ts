import {
  add,
  Graph,
  leakyRelu,
  linear,
  mul,
  reciprocal,
  reduceMean,
  sqrt,
  type Value,
} from '../graph/index.ts';
import type { StyleGan2Weights } from './weights.ts';

/** Slope of StyleGAN2's leaky ReLU for negative inputs, and the gain that keeps its variance. */
export const LEAK = 0.2;
export const GAIN: number = Math.SQRT2;

/**
 * The mapping network (Karras et al. 2020): z on the unit sphere of mean square 1, then dense layers.
 * @param z f32 [N,Z], standard normal
 * @returns f32 [N,W], before truncation
 */
export function mapLatent(z: Value, weights: StyleGan2Weights): Value {
  const { graph } = z;
  let x = mul(z, reciprocal(sqrt(add(reduceMean(mul(z, z), [1]), 1e-8))));
  weights.mapping.forEach(({ weight, bias }, i) => {
    const [outputs, inputs] = weight.shape as [number, number];
    const scale = weights.mappingLearningRate / Math.sqrt(inputs);
    const w = graph.constant(
      weight.data.map((v) => v * scale),
      [outputs, inputs],
      { name: `mapping.fc${i}.weight` },
    );
    const b = graph.constant(
      bias.map((v) => v * weights.mappingLearningRate),
      [outputs],
      { name: `mapping.fc${i}.bias` },
    );
    // The gain stays out of the constants: folded in, float32 rounds w up to 1.2e-5 off float64, apart 2e-6.
    x = mul(leakyRelu(linear(x, w, b), LEAK), GAIN);
  });
  return x;
}

/** mapping.onnx: `z` f32 [N,Z] → `w` f32 [N,W]. */
export function buildMapping(weights: StyleGan2Weights): Graph {
  const graph = new Graph('mapping');
  graph.output('w', mapLatent(graph.input('z', 'float32', ['N', weights.zDim]), weights));
  return graph;
}
