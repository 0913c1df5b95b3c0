import { yawPose } from '../calibration/warp/index.ts';
import { buildTrainingStep, type TrainingStep } from '../graph/index.ts';
import type { RefinerConfig } from './config.ts';
import { refine } from './refiner-net.ts';
import { type FrozenNets, type RefinerShape, refinedLoss, stepInputs } from './views-loss.ts';

export interface RefinerStepInput {
  readonly shape: RefinerShape;
  readonly config: RefinerConfig;
  readonly nets: FrozenNets;
  /** Pixels of a side at which views are compared. */
  readonly side: number;
}

/**
 * One step of the refiner: D on rotated latents, the frozen generator, the frozen depth and pose nets, the losses, and
 * back. Inputs: those of `stepInputs`, and `t` f32 [R].
 */
export function refinerStep(input: RefinerStepInput): TrainingStep {
  const { config, shape } = input;
  return buildTrainingStep(
    'refiner',
    (scope, graph) => {
      const inputs = stepInputs(graph, input, config.batch);
      const refined = refine(
        scope.scope('refiner'),
        {
          w: inputs.source,
          rotated: inputs.rotated,
          pose: yawPose(inputs.yaw),
          t: graph.input('t', 'float32', [inputs.rows]),
        },
        shape,
        config.net,
      );
      return refinedLoss(input, inputs, refined, config.loss);
    },
    config.optimiser,
  );
}
