import type { Random, TensorValue, TrainingStep } from '../../graph/index.ts';
import type { Matte } from '../../impostor/index.ts';
import {
  type AgreementRefinerConfig,
  COMPARED_SIDE,
  drawPaperBatch,
  drawRefinerBatch,
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

/** What a refiner learns by: a step, and what each one is given. */
export interface RefinerLesson {
  readonly step: TrainingStep;
  batch(random: Random): Record<string, TensorValue>;
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

/** Views at yaws about a pivot: the model is calibrated. @throws MatteError where pictures cannot be cut */
export async function agreementLesson(
  platform: Platform,
  config: AgreementRefinerConfig,
  matte: Matte,
  { folder, manifest, shape, ...drawn }: LessonOptions,
): Promise<RefinerLesson> {
  const { resolution, scale } = manifest.calibration!;
  const nets = await readFrozenNets(platform.files, folder, manifest);
  const side = Math.min(COMPARED_SIDE, resolution);
  const bank = await drawBank(platform, folder, matte, { ...drawn, side });
  const sizes = { layers: manifest.layers, dim: manifest.wDim, side, scale };
  return {
    step: refinerStep({ shape, config, nets, side }),
    batch: (random) => drawRefinerBatch(bank, config, shape, sizes, random),
  };
}

/** The paper's pairs (w, ŵ): the model has nets with free motions. */
export async function paperLesson(
  platform: Platform,
  config: PaperRefinerConfig,
  { folder, manifest, shape, ...drawn }: LessonOptions,
): Promise<RefinerLesson> {
  const nets = await readPaperNets(platform.files, folder, manifest);
  const bank = await drawPairedBank(platform, folder, { ...drawn, pairs: config.pairs });
  return {
    step: paperStep({ shape, config, nets }),
    batch: (random) => drawPaperBatch(bank, config, shape, nets.resolution, random),
  };
}
