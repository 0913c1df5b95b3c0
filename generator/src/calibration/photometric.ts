import {
  abs,
  add,
  clip,
  div,
  exp,
  type Graph,
  matMul,
  mean,
  mul,
  reduceMean,
  slice,
  sub,
  sum,
  transpose,
  type Value,
} from '../graph/index.ts';

export interface PhotometricOptions {
  /** Share of SSIM against L1 (Godard et al. 2019). */
  readonly ssimWeight: number;
}

export const PHOTOMETRIC_DEFAULTS: PhotometricOptions = { ssimWeight: 0.85 };

/** SSIM's constants for pictures in 0..1. */
const C1 = 1e-4;
const C2 = 9e-4;

/**
 * Monodepth2's photometric error of each pixel: 0.85·clamp((1 − SSIM)/2) + 0.15·L1, SSIM over 3×3 mean windows with
 * reflected borders, on pictures in 0..1.
 * @param a f32 [N,3,H,W], RGB −1..1
 * @param b f32 [N,3,H,W]
 * @returns f32 [N,1,H,W]
 */
export function photometricError(a: Value, b: Value, options: Partial<PhotometricOptions> = {}): Value {
  const { ssimWeight } = { ...PHOTOMETRIC_DEFAULTS, ...options };
  const x = add(mul(a, 0.5), 0.5);
  const y = add(mul(b, 0.5), 0.5);
  const l1 = reduceMean(abs(sub(x, y)), [1]);
  const dissimilar = reduceMean(clip(mul(sub(1, ssim(x, y)), 0.5), 0, 1), [1]);
  return add(mul(dissimilar, ssimWeight), mul(l1, 1 - ssimWeight));
}

/** SSIM of each pixel and channel over 3×3 mean windows. */
function ssim(x: Value, y: Value): Value {
  const [height, width] = x.shape.slice(2) as [number, number];
  const [down, across] = [windowMatrix(x.graph, height), transpose(windowMatrix(x.graph, width), [1, 0])];
  const window = (v: Value): Value => matMul(matMul(down, v), across);
  const meanX = window(x);
  const meanY = window(y);
  const product = mul(meanX, meanY);
  const squares = add(mul(meanX, meanX), mul(meanY, meanY));
  const covariance = sub(window(mul(x, y)), product);
  const variances = sub(window(add(mul(x, x), mul(y, y))), squares);
  const numerator = mul(add(mul(product, 2), C1), add(mul(covariance, 2), C2));
  return div(numerator, mul(add(squares, C1), add(variances, C2)));
}

/**
 * Means of three neighbours along an axis with reflected borders, as a matrix f32 [size,size]: two products do what padding and
 * AveragePool do, and what goes back through them, in less than a third of their time (80 × 3 × 64², one AVX-512 core).
 */
function windowMatrix(graph: Graph, size: number): Value {
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++)
    for (const j of [i - 1, i, i + 1]) matrix[i * size + (j < 0 ? 1 : j === size ? size - 2 : j)]! += 1 / 3;
  return graph.constant(matrix, [size, size], { name: 'window' });
}

/** Σ weight·error ÷ Σ weight. @param weight broadcasts with the error */
export function weightedMean(error: Value, weight: Value): Value {
  const weights = add(mul(error, 0), weight);
  return div(sum(mul(error, weight)), add(sum(weights), 1e-6));
}

/**
 * Edge-aware smoothness of (d − 1)/0.1: first differences, damped where the picture has edges.
 * @param depth f32 [N,1,H,W]
 * @param image f32 [N,3,H,W], RGB −1..1
 */
export function smoothness(depth: Value, image: Value): Value {
  const relief = mul(sub(depth, 1), 10);
  const along = (axis: number): Value => {
    const size = relief.shape[axis] as number;
    const step = (v: Value): Value => abs(sub(slice(v, axis, 1, size), slice(v, axis, 0, size - 1)));
    const edge = reduceMean(step(mul(image, 0.5)), [1]);
    return mean(mul(step(relief), exp(mul(edge, -1))));
  };
  return add(along(2), along(3));
}
