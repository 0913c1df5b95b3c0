import { poseNet } from '../calibration/monodepth2/index.ts';
import { motionOf } from '../calibration/warp/index.ts';
import { type SynthesisWeights, synthesize } from '../gan/index.ts';
import {
  buildTrainingStep,
  clip,
  detach,
  frozenParameters,
  gather,
  type TrainingStep,
  type Weights,
} from '../graph/index.ts';
import type { PaperRefinerConfig } from './config.ts';
import { paperLoss } from './paper-loss.ts';
import { REFINER_SCOPE, type RefinerShape, refine } from './refiner-net.ts';

/** The frozen networks that the paper's refiner learns through. */
export interface PaperNets {
  readonly synthesis: SynthesisWeights;
  /** Constants of a `pose.onnx` of `monodepth2`. */
  readonly pose: Weights;
  /** Pixels of a side, S, that the pose net takes; the generator is cut there. */
  readonly resolution: number;
  /** Half-widths. */
  readonly focal: number;
}

export interface PaperStepInput {
  readonly shape: RefinerShape;
  readonly config: PaperRefinerConfig;
  readonly nets: PaperNets;
}

/**
 * One step of the paper's refiner (§3.4, 3.5): T from the frozen pose net between G(w) and G(ŵ), ŵ₊ = D(w, ŵ + noise, T, t),
 * G(ŵ₊), the losses of eq. 4–8, and back. R = subjects × views rows, a subject's together. Inputs: `source` f32 [B,L,D],
 * `sourceDepth` f32 [B,1,S,S] (d_w), `rotated` and `noised` f32 [R,L,D] (ŵ, and ŵ at time t), `t` f32 [R].
 */
export function paperStep({ shape, config, nets }: PaperStepInput): TrainingStep {
  const { subjects, views } = config.batch;
  const rows = subjects * views;
  const { layers, basis } = shape;
  const { resolution, focal } = nets;
  return buildTrainingStep(
    'paper-refiner',
    (scope, graph) => {
      const input = (name: string, sizes: readonly number[]) => graph.input(name, 'float32', sizes);
      const latents = [rows, layers, basis.dim];
      const own = input('source', [subjects, layers, basis.dim]);
      const owner = graph.constant(
        BigInt64Array.from({ length: rows }, (_, r) => BigInt(Math.floor(r / views))),
        [rows],
        { name: 'owner' },
      );
      const draw = (ws: typeof own) => synthesize(ws, nets.synthesis, { cutAt: resolution });
      const drawn = draw(own);
      const source = gather(own, owner, 0);
      const sourceImage = gather(drawn.image, owner, 0);
      // The net learned from 8-bit pictures, which go no farther.
      const pose = detach(
        poseNet(
          frozenParameters(graph, nets.pose).scope('pose'),
          clip(sourceImage, -1, 1),
          clip(draw(input('rotated', latents)).image, -1, 1),
        ),
      );
      const refined = refine(
        scope.scope(REFINER_SCOPE),
        { w: source, rotated: input('noised', latents), pose, t: input('t', [rows]) },
        shape,
        config.net,
      );
      const made = draw(refined);
      const { loss, parts } = paperLoss(
        {
          refined,
          source,
          image: made.image,
          sourceImage,
          sourceDepth: gather(input('sourceDepth', [subjects, 1, resolution, resolution]), owner, 0),
          motion: motionOf(pose),
          features: made.features,
          sourceFeatures: gather(drawn.features, owner, 0),
          focal,
        },
        config.loss,
      );
      return { loss, metrics: parts };
    },
    config.optimiser,
  );
}
