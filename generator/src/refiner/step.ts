import { yawPose } from '../calibration/warp/index.ts';
import { buildTrainingStep, type TrainingStep } from '../graph/index.ts';
import type { AgreementRefinerConfig } from './config.ts';
import { REFINER_SCOPE, refine } from './refiner-net.ts';
import { refinedLoss, stepInputs, type ViewsLossInput } from './views-loss.ts';

export interface RefinerStepInput extends ViewsLossInput {
  readonly config: AgreementRefinerConfig;
}

/**
 * One step of the refiner: D on rotated latents, the frozen generator, the frozen depth and pose nets, the losses, and
 * back. Inputs: those of `stepInputs`, `t` f32 [R], and for a sampler that begins with noise `noised` f32 [R,L,D], `rotated` at
 * time t.
 */
export function refinerStep(input: RefinerStepInput): TrainingStep {
  const { config, shape } = input;
  return buildTrainingStep(
    'refiner',
    (scope, graph) => {
      const inputs = stepInputs(graph, input, config.batch);
      const { layers, basis } = shape;
      const noised =
        config.sampler.kind === 'ddim'
          ? graph.input('noised', 'float32', [inputs.rows, layers, basis.dim])
          : inputs.rotated;
      const refined = refine(
        scope.scope(REFINER_SCOPE),
        {
          w: inputs.source,
          rotated: noised,
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
