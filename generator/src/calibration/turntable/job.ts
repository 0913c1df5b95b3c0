import {
  abs,
  add,
  buildTrainingStep,
  float32,
  float32Data,
  frozenParameters,
  Graph,
  gather,
  mean,
  mul,
  type Runtime,
  serialize,
  sub,
  type TensorValue,
  type TrainingStep,
  type Weights,
} from '../../graph/index.ts';
import { rateSchedule, type TrainingJob } from '../../training/index.ts';
import { drawBatch } from '../batches.ts';
import { depthNet } from '../depth-net.ts';
import { calibrationLoss, pairInputs } from '../losses.ts';
import { readViews, type SweepSet } from '../sweep-set.ts';
import { windowAt } from '../window.ts';
import type { TurntableConfig } from './config.ts';
import { type TurntableSteps, turntableYaws } from './yaws.ts';

export interface TurntableJobOptions {
  readonly steps: number;
  readonly seed: number;
  readonly turn: TurntableSteps;
}

/** Depth net and one yaw a view, learned from the pictures of a single subject in the order of its turn. */
export function turntableJob(
  set: SweepSet,
  config: TurntableConfig,
  { steps, seed, turn }: TurntableJobOptions,
): TrainingJob {
  const window = {
    from: config.window.from,
    to: Math.max(config.window.from, config.window.to * (set.views - 1)),
    over: config.window.over,
  };
  return {
    step: turntableStep(set, config, turn),
    steps,
    seed,
    rate: rateSchedule(steps, config.rate),
    imagesPerStep: config.batch.subjects * config.batch.views,
    settings: JSON.stringify({ config, side: set.side, initial: [...turn.initial], total: turn.total }),
    batch: (index, random) => {
      const batch = drawBatch(set, random, { ...config.batch, window: windowAt(window, index / steps) });
      const { image, mask, blob } = readViews(set, batch.views);
      const [count, rows] = [batch.views.length, batch.target.length];
      const plane = [count, 1, set.side, set.side];
      const warm = index < config.warmUpSteps ? 1 : 0;
      return {
        image: float32(image, [count, 3, set.side, set.side]),
        mask: float32(mask, plane),
        blob: float32(blob, plane),
        warm: float32(Float32Array.of(warm), []),
        view: indices(batch.views.map(({ view }) => view)),
        sign: float32(
          Float32Array.from(batch.views, ({ mirrored }) => (mirrored ? -1 : 1)),
          [count],
        ),
        target: { dtype: 'int64', shape: [rows], data: batch.target },
        source: { dtype: 'int64', shape: [rows], data: batch.source },
        pairWeight: float32(batch.pairWeight, [rows]),
        mirrorWeight: float32(batch.mirrorWeight, [rows]),
      };
    },
  };
}

const indices = (list: readonly number[]): TensorValue => ({
  dtype: 'int64',
  shape: [list.length],
  data: BigInt64Array.from(list, BigInt),
});

/** Forward, backward and update. */
export function turntableStep(
  { side }: SweepSet,
  config: TurntableConfig,
  turn: TurntableSteps,
): TrainingStep {
  const { subjects, views } = config.batch;
  const count = subjects * views;
  const rows = count * (views - 1);
  return buildTrainingStep(
    'turntable',
    (scope, graph) => {
      const image = graph.input('image', 'float32', [count, 3, side, side]);
      const view = graph.input('view', 'int64', [count]);
      const sign = graph.input('sign', 'float32', [count]);
      const yaws = turntableYaws(scope.scope('turn'), turn);
      const seen = {
        image,
        mask: graph.input('mask', 'float32', [count, 1, side, side]),
        depth: depthNet(scope.scope('depth'), image, config.net),
        yaw: mul(gather(yaws, view, 0), sign),
      };
      const pairs = pairInputs(graph, rows);
      const { loss, parts } = calibrationLoss(seen, pairs, config.loss);
      const blob = graph.input('blob', 'float32', [count, 1, side, side]);
      const warmUp = mul(mean(abs(sub(seen.depth, blob))), 10);
      const warm = graph.input('warm', 'float32', []);
      return { loss: add(mul(warmUp, warm), mul(loss, sub(1, warm))), metrics: { ...parts, warmUp } };
    },
    config.optimiser,
  );
}

/** What was learned of a turntable. */
export interface TurntableGeometry {
  /** Radians, one a view; 0 halfway between the first and the last. */
  readonly yaws: Float32Array;
  /** f32 [S,S] each, distance along the optical axis, the pivot at 1. */
  readonly depths: readonly Float32Array[];
}

/** Views that run at once. */
const BATCH = 8;

/** Depth and yaw of each view by trained weights; depth is the mean of a picture's and its mirror image's. */
export async function readGeometry(
  runtime: Runtime,
  set: SweepSet,
  config: TurntableConfig,
  turn: TurntableSteps,
  weights: Weights,
): Promise<TurntableGeometry> {
  const { side, views } = set;
  const graph = new Graph('turntable');
  const scope = frozenParameters(graph, weights);
  const image = graph.input('image', 'float32', ['N', 3, side, side]);
  graph.output('depth', depthNet(scope.scope('depth'), image, config.net));
  graph.output('yaw', turntableYaws(scope.scope('turn'), turn));
  const session = await runtime.load(serialize(graph));
  const depths: Float32Array[] = [];
  let yaws = new Float32Array(0);
  try {
    for (let first = 0; first < views; first += BATCH) {
      const part = Array.from({ length: Math.min(BATCH, views - first) }, (_, k) => first + k);
      const choices = [false, true].flatMap((mirrored) =>
        part.map((view) => ({ subject: 0, view, mirrored })),
      );
      const feeds = { image: float32(readViews(set, choices).image, [choices.length, 3, side, side]) };
      const outputs = await session.run(feeds);
      const depth = float32Data(outputs, 'depth');
      yaws = Float32Array.from(float32Data(outputs, 'yaw'));
      part.forEach((_, k) => void depths.push(meanOfBoth(depth, k, k + part.length, side)));
    }
  } finally {
    await session.release();
  }
  return { yaws, depths };
}

/** Mean of plane `a` and of plane `b` mirrored. */
function meanOfBoth(planes: Float32Array, a: number, b: number, side: number): Float32Array {
  const area = side * side;
  return Float32Array.from({ length: area }, (_, i) => {
    const x = i % side;
    return (planes[a * area + i]! + planes[b * area + i - x + side - 1 - x]!) / 2;
  });
}
