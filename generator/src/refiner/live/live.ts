import { depthNet } from '../../calibration/depth-net.ts';
import { yawPose } from '../../calibration/warp/index.ts';
import { xAt, type YawCurve } from '../../calibration/yaw-curve.ts';
import { type Precision, type SynthesisWeights, synthesize } from '../../gan/index.ts';
import type { LatentDirection, LayerRange } from '../../gan/latents/index.ts';
import {
  add,
  averagePool,
  clip,
  frozenParameters,
  Graph,
  mul,
  reduceSum,
  reshape,
  sub,
  upsampleBilinear,
  type Value,
  type Weights,
} from '../../graph/index.ts';
import { RefinerError } from '../errors.ts';
import { REFINER_SCOPE, type RefinerOptions, type RefinerShape, refine } from '../refiner-net.ts';
import { graphMatte } from './graph-matte.ts';
import { xOfYaw } from './x-of-yaw.ts';

/** All that a calibrated model knows. */
export interface LiveParts {
  /** A checkpoint's, or `readSynthesisWeights` of a model folder's `synthesis.onnx`. */
  readonly synthesis: SynthesisWeights;
  readonly precision: Precision;
  readonly direction: LatentDirection & {
    /** f32 [D], mean of W: where x is 0. */
    readonly mean: Float32Array;
    /** Layers that the direction moves. */
    readonly layers: LayerRange;
    /** x at which the model's subjects face the camera. */
    readonly zero: number;
  };
  /** The model's, true radians over x from the frontal one. */
  readonly curve: YawCurve;
  readonly depth: {
    /** Of `depthNet`, under `depth`: a training state's, or `readWeights` of `depth.onnx`. */
    readonly weights: Weights;
    /** Pixels of a side that the net takes; divides the picture's. */
    readonly resolution: number;
    readonly pivot: number;
    /** True relief ÷ the net's own. */
    readonly relief: number;
  };
  readonly refiner: {
    /** Under `REFINER_SCOPE`, as for `buildRefiner`. */
    readonly weights: Weights;
    readonly shape: RefinerShape;
    readonly options: Partial<RefinerOptions>;
    /** True yaw ÷ the nets' own, in which it is told how far a view has turned. */
    readonly scale: number;
    /** Radians in the nets' own scale that it was learned on: beyond them it is asked for the last one it knows. */
    readonly reach: number;
    /** Farthest yaw of a source, true radians. */
    readonly sourceReach: number;
  } | null;
}

/**
 * live.onnx: `w` f32 [N,D] (truncated), `edit` f32 [N,L,D] (added to the latents of every view), `yaw` f32 [N] (true
 * radians) → `image` f32 [N,3,R,R] RGB −1..1, `alpha`, `depth` f32 [N,1,R,R]. What `generate` does in steps, but for
 * what takes more than one picture: the model's curve and frontal x stand for the subject's own, the matte is
 * `graphMatte`, and depth is raised to the picture's size by linear interpolation and says something outside alpha too.
 */
export function buildLive(parts: LiveParts): Graph {
  const graph = new Graph('live');
  const { layers, wDim } = parts.synthesis;
  const ws = liveLatents(
    parts,
    graph.input('w', 'float32', ['N', wDim]),
    graph.input('edit', 'float32', ['N', layers, wDim]),
    graph.input('yaw', 'float32', ['N']),
  );
  const { image } = synthesize(ws, parts.synthesis, { precision: parts.precision });
  // As pictures are read from files: the nets and the matte learned from 8 bits, which go no farther.
  const held = clip(image, -1, 1);
  graph.output('image', held);
  graph.output('alpha', graphMatte(held));
  graph.output('depth', liveDepth(parts, held));
  return graph;
}

/** w and yaw to the latents that are drawn. @returns f32 [N,L,D] */
function liveLatents(
  { synthesis, direction, curve, refiner }: LiveParts,
  w: Value,
  edit: Value,
  yaw: Value,
): Value {
  const { graph } = w;
  const { layers, wDim } = synthesis;
  const batch = w.shape[0]!;
  const row = (data: Float32Array, name: string): Value => {
    if (data.length !== wDim)
      throw new RefinerError(`live: expected a ${name} of ${wDim} numbers, got ${data.length}`);
    return graph.constant(data, [1, wDim], { name: `direction.${name}` });
  };
  const vector = row(direction.vector, 'vector');
  const own = reduceSum(mul(sub(w, row(direction.mean, 'mean')), row(direction.probe, 'probe')), [1]);
  const base = add(reshape(sub(w, mul(own, vector)), [batch, 1, wDim]), edit);
  const { from, to } = direction.layers;
  const moved = Float32Array.from({ length: layers }, (_, layer) => (layer >= from && layer < to ? 1 : 0));
  const turn = mul(
    graph.constant(moved, [1, layers, 1], { name: 'direction.layers' }),
    reshape(vector, [1, 1, wDim]),
  );
  const x = reshape(add(xOfYaw(curve, yaw), direction.zero), [batch, 1, 1]);
  const rotated = add(base, mul(x, turn));
  if (!refiner) return rotated;
  const end = (angle: number): number => direction.zero + xAt(curve, angle);
  const at = clip(own, end(-refiner.sourceReach), end(refiner.sourceReach));
  const source = add(base, mul(reshape(at, [batch, 1, 1]), turn));
  const told = clip(mul(yaw, 1 / refiner.scale), -refiner.reach, refiner.reach);
  const inputs = { w: source, rotated, pose: yawPose(told), t: sub(yaw, yaw) };
  const scope = frozenParameters(graph, refiner.weights).scope(REFINER_SCOPE);
  return refine(scope, inputs, refiner.shape, refiner.options);
}

/** Depth of pictures, pivot + relief·(own − pivot). @returns f32 [N,1,R,R] */
function liveDepth({ depth: { weights, resolution, pivot, relief } }: LiveParts, image: Value): Value {
  const factor = (image.shape[2] as number) / resolution;
  if (!Number.isInteger(factor))
    throw new RefinerError(
      `live: expected pictures of a multiple of ${resolution} pixels, got ${image.shape[2]}`,
    );
  const small = factor === 1 ? image : averagePool(image, factor);
  const own = depthNet(frozenParameters(image.graph, weights).scope('depth'), small);
  return upsampleBilinear(add(mul(own, relief), pivot * (1 - relief)), factor);
}
