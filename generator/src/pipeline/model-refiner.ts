import { z } from 'zod';
import type { SamplerOptions } from '../refiner/index.ts';

/** How a model's `refiner.onnx` was learned and is to be run, in `model.json`. */
export interface ModelRefiner {
  /** SHA-256 of all that it depends on: training with the same options again has nothing to do. */
  readonly key: string;
  /** The configuration's name, steps and subjects. */
  readonly config: string;
  readonly steps: number;
  readonly subjects: number;
  /** Key of the calibration that its yaws are in: with another one it means nothing. */
  readonly calibration: string;
  /** W+ layers a..b−1 that it changes. */
  readonly layers: readonly [number, number];
  readonly sampler: SamplerOptions;
  /** Yaws that it was learned on, degrees in the nets' own scale, which a person's number does not change (by the
   *  direction's estimate where the model knows no true ones): beyond them its
   *  corrections are held. */
  readonly reach: number;
  /** Farthest yaw of the sources that views are to agree with, true degrees; 0: their frontal views. */
  readonly sourceReach: number;
}

export const RefinerSchema: z.ZodType<ModelRefiner> = z.object({
  key: z.string().length(64),
  config: z.string(),
  steps: z.number().int().positive(),
  subjects: z.number().int().positive(),
  calibration: z.string().length(64),
  layers: z.tuple([z.number().int().min(0), z.number().int().positive()]),
  sampler: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('one-step') }),
    z.object({
      kind: z.literal('ddim'),
      steps: z.number().int().positive(),
      start: z.number().positive().max(1),
      seed: z.number().int(),
      schedule: z.enum(['cosine', 'linear']),
    }),
  ]),
  reach: z.number().positive(),
  // Models of before it was said had frontal sources.
  sourceReach: z.number().min(0).default(0),
});
