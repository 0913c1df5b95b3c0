import {
  add,
  buildTrainingStep,
  float32,
  frozenParameters,
  Graph,
  mul,
  sub,
  type TensorValue,
  type TrainingStep,
  type Weights,
} from '../graph/index.ts';
import { rateSchedule, type TrainingJob } from '../training/index.ts';
import { type CalibrationBatch, drawBatch } from './batches.ts';
import type { CalibrationConfig } from './config.ts';
import { depthNet } from './depth-net.ts';
import { calibrationLoss, pairInputs, warmUpLoss } from './losses.ts';
import { buildMonodepth2Nets, monodepth2Batch, monodepth2Step } from './monodepth2/index.ts';
import { yawNet } from './pose-net.ts';
import { readViews, type SweepSet } from './sweep-set.ts';
import { yawPose } from './warp/index.ts';
import { windowAt } from './window.ts';

export interface CalibrationJobOptions {
  readonly steps: number;
  readonly seed: number;
  /** Radians of yaw for one unit of place, which the warm-up starts from. */
  readonly yawPerPlace: number;
}

/** Depth net and pose net, learned together from sweeps. */
export function calibrationJob(
  set: SweepSet,
  config: CalibrationConfig,
  { steps, seed, yawPerPlace }: CalibrationJobOptions,
): TrainingJob {
  const views = config.batch.subjects * config.batch.views;
  return {
    step: calibrationStep(set.side, config),
    steps,
    seed,
    rate: rateSchedule(steps, config.rate),
    imagesPerStep: views,
    settings: JSON.stringify({
      config,
      side: set.side,
      subjects: set.subjects,
      places: [...set.places],
      yawPerPlace,
    }),
    batch: (index, random) => {
      if (config.nets === 'monodepth2') return monodepth2Batch(set, random, config.batch.subjects);
      const batch = drawBatch(set, random, {
        ...config.batch,
        window: windowAt(config.window, index / steps),
      });
      return feeds(set, batch, index < config.warmUpSteps ? 1 : 0, yawPerPlace);
    },
  };
}

/** Forward, backward and update for pictures of one size. */
export function calibrationStep(side: number, config: CalibrationConfig): TrainingStep {
  if (config.nets === 'monodepth2') return monodepth2Step(side, config);
  const { subjects, views, mirrors } = config.batch;
  const count = subjects * views;
  const rows = count * (views - 1 + (mirrors ? 1 : 0));
  return buildTrainingStep(
    'calibration',
    (scope, graph) => {
      const image = graph.input('image', 'float32', [count, 3, side, side]);
      const seen = {
        image,
        mask: graph.input('mask', 'float32', [count, 1, side, side]),
        depth: depthNet(scope.scope('depth'), image),
        yaw: yawNet(scope.scope('yaw'), image),
      };
      const pairs = pairInputs(graph, rows);
      const { loss, parts } = calibrationLoss(seen, pairs, config.loss);
      const warmUp = warmUpLoss(seen, {
        depth: graph.input('blob', 'float32', [count, 1, side, side]),
        yaw: graph.input('yawGoal', 'float32', [count]),
      });
      const warm = graph.input('warm', 'float32', []);
      return { loss: add(mul(warmUp, warm), mul(loss, sub(1, warm))), metrics: { ...parts, warmUp } };
    },
    config.optimiser,
  );
}

function feeds(
  set: SweepSet,
  batch: CalibrationBatch,
  warm: number,
  yawPerPlace: number,
): Record<string, TensorValue> {
  const { image, mask, blob } = readViews(set, batch.views);
  const count = batch.views.length;
  const rows = batch.target.length;
  const plane = [count, 1, set.side, set.side];
  return {
    image: float32(image, [count, 3, set.side, set.side]),
    mask: float32(mask, plane),
    blob: float32(blob, plane),
    yawGoal: float32(
      batch.places.map((place) => place * yawPerPlace),
      [count],
    ),
    warm: float32(Float32Array.of(warm), []),
    target: { dtype: 'int64', shape: [rows], data: batch.target },
    source: { dtype: 'int64', shape: [rows], data: batch.source },
    pairWeight: float32(batch.pairWeight, [rows]),
    mirrorWeight: float32(batch.mirrorWeight, [rows]),
  };
}

/** depth.onnx and pose.onnx of a configuration. */
export function buildNets(
  config: CalibrationConfig,
  weights: Weights,
  resolution: number,
): { readonly depth: Graph; readonly pose: Graph } {
  if (config.nets === 'monodepth2') return buildMonodepth2Nets(weights, resolution, config);
  return { depth: buildDepth(weights, resolution), pose: buildPose(weights, resolution) };
}

/** depth.onnx: `image` f32 [N,3,R,R], RGB −1..1 → `depth` f32 [N,1,R,R], pivot at 1. */
export function buildDepth(weights: Weights, resolution: number): Graph {
  const graph = new Graph('depth');
  const image = graph.input('image', 'float32', ['N', 3, resolution, resolution]);
  graph.output('depth', depthNet(frozenParameters(graph, weights).scope('depth'), image));
  return graph;
}

/**
 * pose.onnx: `source`, `target` f32 [N,3,R,R] → `pose` f32 [N,6], an orbit that takes a point in the source's camera
 * to the target's, and `yaw` f32 [N], the source's own, radians.
 */
export function buildPose(weights: Weights, resolution: number): Graph {
  const graph = new Graph('pose');
  const scope = frozenParameters(graph, weights).scope('yaw');
  const picture = (name: string) => graph.input(name, 'float32', ['N', 3, resolution, resolution]);
  const source = yawNet(scope, picture('source'));
  const target = yawNet(scope, picture('target'));
  graph.output('pose', yawPose(sub(target, source)));
  graph.output('yaw', source);
  return graph;
}
