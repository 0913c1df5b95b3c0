import type { LayerRange } from '../gan/latents/index.ts';
import {
  add,
  concat,
  frozenParameters,
  Graph,
  mul,
  type ParameterScope,
  reduceMean,
  reshape,
  slice,
  split,
  sub,
  type Value,
  type Weights,
} from '../graph/index.ts';
import type { BodyOptions } from './body.ts';
import { motionFeatures, viewFeatures } from './condition.ts';
import { sharedCurve } from './curve.ts';
import { RefinerError } from './errors.ts';
import { type LatentBasis, unwhitenDelta, whiten } from './latent-basis.ts';
import { MLP_DEFAULTS, mlpBody } from './mlp-body.ts';
import { type NoiseSchedule, signalOf } from './schedule.ts';
import { TRANSFORMER_DEFAULTS, transformerBody } from './transformer-body.ts';

/** What a subject's own correction is made by; `none`: by nothing, the curve alone corrects. */
export type RefinerBody = 'transformer' | 'mlp' | 'none';

export interface RefinerOptions extends BodyOptions {
  readonly body: RefinerBody;
  /** Whether the curve c(yaw) that all subjects share is added. */
  readonly curve: boolean;
  /** Learning rate of the curve over the body's (the recipe, 2). */
  readonly curveRate: number;
  /** Of the noise that `t` stands for. */
  readonly schedule: NoiseSchedule;
  /** What of the pose the body sees: its yaw, or all of a free motion. Left out: the yaw. */
  readonly condition?: 'yaw' | 'motion';
}

/** Transformer and curve on a cosine schedule; an MLP has its own width. */
export const refinerDefaults = (body: RefinerBody = 'transformer'): RefinerOptions => ({
  ...(body === 'mlp' ? MLP_DEFAULTS : TRANSFORMER_DEFAULTS),
  body,
  curve: true,
  curveRate: 3,
  schedule: 'cosine',
});

/** Which latents a refiner corrects. */
export interface RefinerShape {
  /** L, tokens of a W+ latent. */
  readonly layers: number;
  readonly basis: LatentBasis;
  /** Layers that are corrected; the others pass. */
  readonly refined: LayerRange;
}

export interface RefinerInputs {
  /** f32 [N,L,D], the source. */
  readonly w: Value;
  /** f32 [N,L,D], ŵ: the source turned along the direction, on the refined layers with noise where t > 0. */
  readonly rotated: Value;
  /** f32 [N,6], from the source's camera to the view's. */
  readonly pose: Value;
  /** f32 [N], 0..1; 0: `rotated` has no noise. */
  readonly t: Value;
}

/**
 * Eq. 2 of the paper, ŵ₊ = D(w, ŵ, T, t), on whitened tokens of the refined layers (z of ŵ, s of w):
 *   z₊ = a·z + (1 − a²)·s + δ(s, z, yaw, t) + c(yaw),  a = a(t) = √ᾱ of the schedule.
 * At t = 0 it is a residual to ŵ: z₊ = z + δ + c. With noise, z = a·z₀ + √(1 − a²)·ε, a residual to z itself would have
 * to learn the noise away before anything else. The first two terms are the least-squares estimate of z₀ from z where
 * z₀ is the source and a deviation of unit variance a coordinate (so EDM's skip for this process, Karras et al. 2022,
 * about s instead of 0): without bias for ŵ = w, and the source itself at t = 1, where δ + c is all of the turn.
 * The correction starts at 0, and at t = 0 ŵ₊ is then ŵ to the bit, for only differences pass through the basis.
 * N is a number (training) or a name.
 * @returns f32 [N,L,D]
 */
export function refine(
  scope: ParameterScope,
  inputs: RefinerInputs,
  shape: RefinerShape,
  options: Partial<RefinerOptions> = {},
): Value {
  const settings = { ...refinerDefaults(options.body), ...options };
  checkInputs(inputs, shape);
  const { w, rotated, pose, t } = inputs;
  const { basis, layers, refined } = shape;
  const { from, to } = refined;
  const batch = rotated.shape[0]!;
  const yaw = reshape(slice(pose, 1, 1, 2), [batch]);
  const tokens = slice(rotated, 1, from, to);
  const both = whiten(concat([tokens, slice(w, 1, from, to)], 1), basis);
  const [z, s] = split(both, 1, [to - from, to - from]) as [Value, Value];
  const a = reshape(signalOf(settings.schedule, t), [batch, 1, 1]);
  // a·z + (1 − a²)·s − z, which is 0 without rounding at a = 1.
  let change = add(mul(z, sub(a, 1)), mul(s, sub(1, mul(a, a))));
  if (settings.curve)
    change = add(
      change,
      sharedCurve(scope.scope('curve', { rateScale: settings.curveRate }), yaw, to - from, basis.dim),
    );
  if (settings.body !== 'none') {
    const source = reduceMean(s, [1], { keepDims: false });
    const body = settings.body === 'mlp' ? mlpBody : transformerBody;
    const view = settings.condition === 'motion' ? motionFeatures(pose, t) : viewFeatures(yaw, t);
    change = add(change, body(scope.scope('body'), { tokens: z, source, view }, settings));
  }
  const parts = [add(tokens, unwhitenDelta(change, basis))];
  if (from > 0) parts.unshift(slice(rotated, 1, 0, from));
  if (to < layers) parts.push(slice(rotated, 1, to, layers));
  return concat(parts, 1);
}

function checkInputs({ w, rotated, pose, t }: RefinerInputs, { layers, basis, refined }: RefinerShape): void {
  const { from, to } = refined;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= layers))
    throw new RefinerError(`refiner: expected refined layers within 0-${layers}, got ${from}-${to}`);
  const batch = rotated.shape[0]!;
  const expected = {
    w: [batch, layers, basis.dim],
    rotated: [batch, layers, basis.dim],
    pose: [batch, 6],
    t: [batch],
  };
  for (const [name, value] of Object.entries({ w, rotated, pose, t })) {
    const wanted = expected[name as keyof typeof expected];
    if (value.dtype !== 'float32' || value.shape.join() !== wanted.join())
      throw new RefinerError(
        `refiner: expected ${name} float32 [${wanted}], got ${value.dtype} [${value.shape}]`,
      );
  }
}

/** Scope of the refiner's weights in a training state, and so in `refiner.onnx`. */
export const REFINER_SCOPE = 'refiner';

/**
 * refiner.onnx: `w`, `rotated` f32 [N,L,D], `pose` f32 [N,6], `t` f32 [N] → `refined` f32 [N,L,D].
 * @param weights a training state's, under `REFINER_SCOPE`
 */
export function buildRefiner(
  weights: Weights,
  shape: RefinerShape,
  options: Partial<RefinerOptions> = {},
): Graph {
  const graph = new Graph('refiner');
  const { layers, basis } = shape;
  const inputs = {
    w: graph.input('w', 'float32', ['N', layers, basis.dim]),
    rotated: graph.input('rotated', 'float32', ['N', layers, basis.dim]),
    pose: graph.input('pose', 'float32', ['N', 6]),
    t: graph.input('t', 'float32', ['N']),
  };
  graph.output(
    'refined',
    refine(frozenParameters(graph, weights).scope(REFINER_SCOPE), inputs, shape, options),
  );
  return graph;
}
