import { trainingBytes } from '../../gan/index.ts';
import type { Random, TensorValue, TrainingStep, Weights } from '../../graph/index.ts';
import type { Matte } from '../../impostor/index.ts';
import {
  type AgreementRefinerConfig,
  COMPARED_SIDE,
  drawPaperBatch,
  drawRefinerBatch,
  type FrozenNets,
  type PaperRefinerConfig,
  paperStep,
  type RefinerShape,
  refinerStep,
} from '../../refiner/index.ts';
import type { ModelManifest } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { readFrozenNets, readPaperNets } from './frozen-nets.ts';
import { drawPairedBank } from './paired-bank.ts';
import { drawBank } from './subject-bank.ts';
import { temperRefiner } from './temper-refiner.ts';

/** What a refiner learns by: a step, and what each one is given. */
export interface RefinerLesson {
  readonly step: TrainingStep;
  /** Views of a step. */
  readonly views: number;
  batch(random: Random): Record<string, TensorValue>;
  /** What is done to the weights after the last step. */
  finish(weights: Weights): Promise<Weights>;
}

export interface LessonOptions {
  readonly folder: string;
  /** Of a model that has the nets which the configuration learns through. */
  readonly manifest: ModelManifest;
  readonly shape: RefinerShape;
  readonly subjects: number;
  readonly truncation: number;
  readonly seed: number;
}

/** Bytes that the synthesis network's activations may take in a step: 7 to 8 GB in all, of a machine of 16. */
const STEP_BYTES = 4e9;

/** The configuration with as many subjects a step as fit the memory: how many there are makes no difference (refiner.md, part 3). */
function fitting<C extends AgreementRefinerConfig | PaperRefinerConfig>(
  config: C,
  { synthesis, resolution }: Pick<FrozenNets, 'synthesis' | 'resolution'>,
): C {
  const { subjects, views } = config.batch;
  const most = Math.max(1, Math.floor(STEP_BYTES / (views * trainingBytes(synthesis, resolution))));
  return { ...config, batch: { views, subjects: Math.min(subjects, most) } };
}

/** Views at yaws about a pivot: the model is calibrated. @throws MatteError where pictures cannot be cut */
export async function agreementLesson(
  platform: Platform,
  asked: AgreementRefinerConfig,
  matte: Matte,
  { folder, manifest, shape, ...drawn }: LessonOptions,
): Promise<RefinerLesson> {
  const { resolution, scale } = manifest.calibration!;
  const nets = await readFrozenNets(platform.files, folder, manifest);
  const config = fitting(asked, nets);
  const side = Math.min(COMPARED_SIDE, resolution);
  const bank = await drawBank(platform, folder, matte, {
    ...drawn,
    side,
    sourceReach: config.sourceReach,
  });
  const sizes = { layers: manifest.layers, dim: manifest.wDim, side, scale };
  return {
    views: config.batch.subjects * config.batch.views,
    step: refinerStep({ shape, config, nets, side }),
    batch: (random) => drawRefinerBatch(bank, config, shape, sizes, random),
    finish: (weights) => temperRefiner(platform.runtime, weights, { shape, config, bank, scale }),
  };
}

/** The paper's pairs (w, ŵ): the model has nets with free motions. */
export async function paperLesson(
  platform: Platform,
  asked: PaperRefinerConfig,
  { folder, manifest, shape, ...drawn }: LessonOptions,
): Promise<RefinerLesson> {
  const nets = await readPaperNets(platform.files, folder, manifest);
  const config = fitting(asked, nets);
  const bank = await drawPairedBank(platform, folder, { ...drawn, pairs: config.pairs });
  return {
    views: config.batch.subjects * config.batch.views,
    step: paperStep({ shape, config, nets }),
    batch: (random) => drawPaperBatch(bank, config, shape, nets.resolution, random),
    finish: async (weights) => weights,
  };
}
