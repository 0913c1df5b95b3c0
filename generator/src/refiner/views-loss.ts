import { depthNet } from '../calibration/depth-net.ts';
import { yawNet } from '../calibration/pose-net.ts';
import { straightened } from '../calibration/straight-yaw.ts';
import { type SynthesisWeights, synthesize } from '../gan/index.ts';
import {
  averagePool,
  clip,
  detach,
  frozenParameters,
  type Graph,
  gather,
  slice,
  sub,
  type TrainingOutputs,
  type Value,
  type Weights,
} from '../graph/index.ts';
import { whiten } from './latent-basis.ts';
import { type AgreementLossOptions, agreementLoss, type RefinerPairs, type SeenViews } from './losses.ts';
import { flatMask } from './mask.ts';
import type { RefinerShape } from './refiner-net.ts';

/** Pixels of a side at which views are compared: warps at 128² cost four times as much and mend the same coarse layers. */
export const COMPARED_SIDE = 64;

/** The frozen networks that latents are mended through. */
export interface FrozenNets {
  readonly synthesis: SynthesisWeights;
  /** Constants of `depth.onnx` and of `pose.onnx`. */
  readonly depth: Weights;
  readonly pose: Weights;
  /** By which the pose net's yaw is straightened. */
  readonly bend: number;
  /** Pixels of a side that depth and pose nets take; the generator is cut there. */
  readonly resolution: number;
  /** Half-widths. */
  readonly focal: number;
}

/** How many subjects a step holds, and how many views of each. */
export interface ViewCounts {
  readonly subjects: number;
  readonly views: number;
}

/** What a step is given: R = subjects × views rows, a subject's together and in the order of their yaw. */
export interface StepInputs {
  readonly rows: number;
  readonly counts: ViewCounts;
  /** f32 [R,L,D]: w of each view's subject */
  readonly source: Value;
  /** f32 [R,L,D]: ŵ */
  readonly rotated: Value;
  /** f32 [R], asked, radians in the nets' own scale */
  readonly yaw: Value;
  /** The subjects seen from the front. */
  readonly sources: SeenViews;
}

export interface ViewsLossInput {
  readonly shape: RefinerShape;
  readonly nets: FrozenNets;
  /** Pixels of a side at which views are compared. */
  readonly side: number;
}

/**
 * Declares a step's inputs: `source` f32 [B,L,D], `rotated` f32 [R,L,D], `yaw` f32 [R]; and of G(w), `sourceImage` f32
 * [B,3,S,S], `sourceMask` and `sourceDepth` f32 [B,1,S,S], `sourceYaw` f32 [B].
 */
export function stepInputs(graph: Graph, { shape, side }: ViewsLossInput, counts: ViewCounts): StepInputs {
  const { subjects, views } = counts;
  const rows = subjects * views;
  const { layers, basis } = shape;
  const input = (name: string, sizes: readonly number[]) => graph.input(name, 'float32', sizes);
  const owner = indices(
    graph,
    'owner',
    Array.from({ length: rows }, (_, r) => Math.floor(r / views)),
  );
  return {
    rows,
    counts,
    source: gather(input('source', [subjects, layers, basis.dim]), owner, 0),
    rotated: input('rotated', [rows, layers, basis.dim]),
    yaw: input('yaw', [rows]),
    sources: {
      image: input('sourceImage', [subjects, 3, side, side]),
      mask: input('sourceMask', [subjects, 1, side, side]),
      depth: input('sourceDepth', [subjects, 1, side, side]),
      yaw: input('sourceYaw', [subjects]),
    },
  };
}

/**
 * The loss of mended latents: pictures by the frozen generator, their depth (without gradient) and yaw by the frozen
 * nets, and the comparison.
 * @param refined f32 [R,L,D]
 */
export function refinedLoss(
  { shape, nets, side }: ViewsLossInput,
  { rotated, yaw, sources, counts }: StepInputs,
  refined: Value,
  options: AgreementLossOptions,
): TrainingOutputs {
  const { graph } = refined;
  const { image } = synthesize(refined, nets.synthesis, { cutAt: nets.resolution });
  const held = clip(image, -1, 1);
  const small = pooled(held, side);
  const depth = depthNet(frozenParameters(graph, nets.depth).scope('depth'), detach(held));
  const views: SeenViews = { image: small, mask: flatMask(small), depth: detach(pooled(depth, side)), yaw };
  const batch = {
    change: sub(coordinates(refined, shape), coordinates(rotated, shape)),
    views,
    sources,
    yawError: sub(
      straightened(yawNet(frozenParameters(graph, nets.pose).scope('yaw'), held), nets.bend),
      yaw,
    ),
  };
  const { loss, parts } = agreementLoss(batch, viewPairs(graph, counts), nets.focal, options);
  return { loss, metrics: parts };
}

/** Whitened coordinates of the layers that the refiner changes: f32 [R,T,K]. */
function coordinates(ws: Value, { basis, refined: { from, to } }: RefinerShape): Value {
  return whiten(slice(ws, 1, from, to), basis);
}

/** Means of blocks down to a side. */
function pooled(image: Value, side: number): Value {
  const from = image.shape[3] as number;
  return from === side ? image : averagePool(image, from / side);
}

/** Every view with its source, both ways, and each with its neighbour in yaw, both ways. */
function viewPairs(graph: Graph, { subjects, views }: ViewCounts): RefinerPairs {
  const rows = subjects * views;
  const own = Array.from({ length: rows }, (_, r) => r);
  const sourceOf = own.map((r) => rows + Math.floor(r / views));
  const first = own.filter((r) => (r + 1) % views !== 0);
  const second = first.map((r) => r + 1);
  return {
    target: indices(graph, 'target', [...sourceOf, ...own, ...first, ...second]),
    source: indices(graph, 'read', [...own, ...sourceOf, ...second, ...first]),
    counts: { front: rows, back: rows, neighbours: 2 * first.length },
  };
}

const indices = (graph: Graph, name: string, numbers: readonly number[]): Value =>
  graph.constant(BigInt64Array.from(numbers, BigInt), [numbers.length], { name });
