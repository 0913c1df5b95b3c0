import { Matrix, solve } from 'ml-matrix';
import { frozenParameters, Graph, type Weights } from '../graph/index.ts';
import type { Tempering } from './config.ts';
import { curveFeatures } from './curve.ts';
import { RefinerError } from './errors.ts';
import type { LatentBasis } from './latent-basis.ts';
import { REFINER_SCOPE } from './refiner-net.ts';

const CURVE = `${REFINER_SCOPE}.curve`;
const WEIGHT = `${CURVE}.output.weight`;
const BIAS = `${CURVE}.output.bias`;

/** Squared size of the change of a weight that counts as much as an error of one, over the features' mean square. */
const RIDGE = 1e-6;

/** The correction that subjects have in common at G yaws. */
export interface CommonCorrection {
  /** 0..1, what is taken off at each. */
  readonly shares: readonly number[];
  /** Subjects that each was averaged over; 0 leaves a yaw out. */
  readonly counts: readonly number[];
  /** f64 [G,T·D], the mean of ŵ₊ − ŵ on the refined layers, row-major. */
  readonly mean: Float64Array;
}

/** What is taken off at a yaw: 0..1. @param yaw true radians */
export function temperedShare({ share, between: [from, to] }: Tempering, yaw: number): number {
  const t = Math.min(1, Math.max(0, (Math.abs(yaw) - from) / (to - from)));
  return share * t * t * (3 - 2 * t);
}

/** The curve's features: `yaw` f32 [N] → `features` f32 [N,64]. @param weights a refiner's, with a curve */
export function buildCurveFeatures(weights: Weights): Graph {
  const graph = new Graph('curve');
  const scope = frozenParameters(graph, weights).scope(REFINER_SCOPE).scope('curve');
  graph.output('features', curveFeatures(scope, graph.input('yaw', 'float32', ['N'])));
  return graph;
}

/**
 * A refiner that corrects as before but for a share of what subjects have in common: c(yaw) is a linear map of its features,
 * and the one whose values are c − share·mean, by least squares, takes its place. How subjects differ stays as it is.
 * @param features f32 [G,64], of `buildCurveFeatures` at the yaws
 * @throws RefinerError where the weights have no curve or the sizes differ
 */
export function temperCurve(
  weights: Weights,
  { dim, components, deviations }: LatentBasis,
  features: Float32Array,
  { shares, counts, mean }: CommonCorrection,
): Weights {
  const [weight, bias] = [weights[WEIGHT], weights[BIAS]];
  if (!weight || !bias) throw new RefinerError('temper: expected the weights of a refiner with a curve');
  const hidden = weight.length / bias.length;
  if (features.length !== shares.length * hidden || mean.length !== shares.length * bias.length)
    throw new RefinerError(
      `temper: expected ${shares.length} rows of ${hidden} features and of ${bias.length} numbers, ` +
        `got ${features.length} and ${mean.length} numbers`,
    );
  // Rows weighed by √count, the bias as one more feature, and the ridge as rows whose target is 0.
  const square = features.reduce((sum, value) => sum + value * value, 0) / Math.max(1, features.length);
  const left = Matrix.zeros(shares.length + hidden, hidden + 1);
  const right = Matrix.zeros(shares.length + hidden, bias.length);
  const most = Math.max(1, ...counts);
  for (const [g, count] of counts.entries()) {
    const scale = Math.sqrt(count / most);
    for (let k = 0; k < hidden; k++) left.set(g, k, scale * features[g * hidden + k]!);
    left.set(g, hidden, scale);
    for (let at = 0; at < bias.length; at += dim)
      for (let k = 0; k < dim; k++) {
        let coordinate = 0;
        for (let i = 0; i < dim; i++)
          coordinate += mean[g * bias.length + at + i]! * components[k * dim + i]!;
        right.set(g, at + k, (-shares[g]! * scale * coordinate) / deviations[k]!);
      }
  }
  for (let k = 0; k < hidden; k++) left.set(shares.length + k, k, Math.sqrt(RIDGE * square));
  const change = solve(left, right);
  return {
    ...weights,
    [WEIGHT]: weight.map((value, i) => value + change.get(i % hidden, Math.floor(i / hidden))),
    [BIAS]: bias.map((value, i) => value + change.get(hidden, i)),
  };
}
