import {
  buildTrainingStep,
  concat,
  flip,
  float32,
  frozenParameters,
  Graph,
  mul,
  type OptimiserOptions,
  type ParameterScope,
  type Random,
  reshape,
  slice,
  type TensorValue,
  type TrainingStep,
  type Value,
  type Weights,
} from '../../graph/index.ts';
import { readViews, type SweepSet, type ViewChoice } from '../sweep-set.ts';
import { inverse, motionOf, type RigidMotion } from '../warp/index.ts';
import { depthOf, disparityNet } from './depth-net.ts';
import { type Monodepth2LossOptions, monodepth2Loss } from './loss.ts';
import { poseNet } from './pose-net.ts';

export interface Monodepth2Settings {
  readonly batch: { readonly subjects: number };
  /** Whether the depth net sees the next picture beside its own. */
  readonly nextImage: boolean;
  readonly loss: Monodepth2LossOptions;
  readonly optimiser: Partial<OptimiserOptions>;
}

/** Forward, backward and update: views with their two neighbours, of pictures of one size. */
export function monodepth2Step(side: number, config: Monodepth2Settings): TrainingStep {
  const count = config.batch.subjects;
  return buildTrainingStep(
    'calibration',
    (scope, graph) => {
      const image = graph.input('image', 'float32', [3 * count, 3, side, side]);
      const [previous, target, next] = [0, 1, 2].map((k) => slice(image, 0, k * count, (k + 1) * count)) as [
        Value,
        Value,
        Value,
      ];
      const seen = config.nextImage ? concat([target, next], 1) : target;
      const disparities = disparityNet(scope.scope('depth'), seen);
      const motion = neighbourMotion(scope.scope('pose'), previous, target, next);
      const sources = concat([previous, next], 0);
      const { loss, parts } = monodepth2Loss({ target, sources, disparities, motion }, config.loss);
      return { loss, metrics: parts };
    },
    config.optimiser,
  );
}

/** From the targets' cameras to those of the previous and the next views. The net sees pairs in their order. */
function neighbourMotion(scope: ParameterScope, previous: Value, target: Value, next: Value): RigidMotion {
  const count = target.shape[0] as number;
  const pose = poseNet(scope, concat([previous, target], 0), concat([target, next], 0));
  const back = inverse(motionOf(slice(pose, 0, 0, count)));
  const on = motionOf(slice(pose, 0, count, 2 * count));
  return {
    rotation: concat([back.rotation, on.rotation], 0),
    translation: concat([back.translation, on.translation], 0),
  };
}

/** Draws views with both neighbours: all previous ones, all targets, all next ones. Half of the items are mirrored. */
export function monodepth2Batch(
  set: SweepSet,
  random: Random,
  subjects: number,
): Record<string, TensorValue> {
  const items = Array.from({ length: subjects }, () => ({
    subject: random.integer(set.subjects),
    middle: 1 + random.integer(set.views - 2),
    mirrored: random.uniform() < 0.5,
  }));
  const views = [-1, 0, 1].flatMap((step) =>
    items.map(({ subject, middle, mirrored }): ViewChoice => ({ subject, view: middle + step, mirrored })),
  );
  return { image: float32(readViews(set, views).image, [views.length, 3, set.side, set.side]) };
}

/**
 * depth.onnx: `image` f32 [N,3,R,R], RGB −1..1, and `next` of the same shape where the net sees the next picture too,
 * → `depth` f32 [N,1,R,R] in a unit of its own. pose.onnx: `source`, `target` f32 [N,3,R,R] → `pose` f32 [N,6], which
 * takes a point in the source's camera to the target's, and `yaw` f32 [N] (radians) of the source: half the turn from
 * its mirror image, which stands at the opposite yaw.
 */
export function buildMonodepth2Nets(
  weights: Weights,
  resolution: number,
  { nextImage, loss }: Pick<Monodepth2Settings, 'nextImage' | 'loss'>,
): { readonly depth: Graph; readonly pose: Graph } {
  const shape = ['N', 3, resolution, resolution];
  const depth = new Graph('depth');
  const image = depth.input('image', 'float32', shape);
  const seen = nextImage ? concat([image, depth.input('next', 'float32', shape)], 1) : image;
  const [disparity] = disparityNet(frozenParameters(depth, weights).scope('depth'), seen);
  depth.output('depth', depthOf(disparity!, loss));

  const pose = new Graph('pose');
  const scope = frozenParameters(pose, weights).scope('pose');
  const source = pose.input('source', 'float32', shape);
  const target = pose.input('target', 'float32', shape);
  pose.output('pose', poseNet(scope, source, target));
  const turn = slice(poseNet(scope, flip(source, [3]), source), 1, 1, 2);
  pose.output('yaw', mul(reshape(turn, ['N']), 0.5));
  return { depth, pose };
}
