/** The folders that an ablation's rows are judged on: work copies of one model, each trained once. */
import { trainDepthPose } from '../../../generator/src/pipeline/calibrate/depth-pose-stage.ts';
import {
  readModelManifest,
  withoutCalibration,
  withoutRefiner,
} from '../../../generator/src/pipeline/model-manifest.ts';
import type { Platform } from '../../../generator/src/pipeline/platform.ts';
import { trainRefiner } from '../../../generator/src/pipeline/refine/refiner-stage.ts';
import { copyModel } from '../../../generator/src/pipeline/reproduce/work-copies.ts';
import { TRAINING_CONFIGS } from '../../../generator/src/pipeline/training-configs.ts';
import { PAPER_CONFIG } from '../../../generator/src/refiner/index.ts';
import { type AblationRow, isPaper } from './ablation-rows.ts';

export interface AblationTrainings {
  /** Calibrated model folder; nothing is written there. */
  readonly model: string;
  /** Folder of the copies; what is there already is kept, or gone on with. */
  readonly work: string;
  /** Of each refiner, and subjects that it learns from. */
  readonly steps: number;
  readonly subjects: number;
  /** Of the paper's depth and pose nets. */
  readonly paperSteps: number;
}

export interface AblationModels {
  /** Without a refiner: the model itself, or a copy with the paper's nets, trained for the first row that asks. */
  base(row: AblationRow): Promise<string>;
  /** A copy of it with the row's refiner. Rows that differ in how they are polished alone share one. */
  refined(row: AblationRow): Promise<string>;
}

const PAPER = TRAINING_CONFIGS.find(({ name }) => name === PAPER_CONFIG.name)!;

/** What every training here has. */
const COMMON = { seed: 1, matte: null, previews: null, restart: false } as const;

/** @throws PipelineError where the model is none */
export async function openAblationModels(
  platform: Platform,
  { model, work, steps, subjects, paperSteps }: AblationTrainings,
): Promise<AblationModels> {
  const { files } = platform;
  const { hash } = await readModelManifest(files, model);
  const digest = (...parts: readonly unknown[]): string =>
    files.sha256(new TextEncoder().encode(JSON.stringify([hash, ...parts]))).slice(0, 12);
  /** As many as its stage takes, or fewer where the refiner is told to learn from fewer. */
  const paperSubjects = Math.min(subjects, PAPER.subjects!['depth-pose']!);
  const paper = `${work}/paper-${digest(paperSteps, paperSubjects)}`;
  const base = async (row: AblationRow): Promise<string> => {
    if (!isPaper(row)) return model;
    await copyModel(files, model, paper, withoutCalibration);
    await trainDepthPose(platform, {
      ...COMMON,
      model: paper,
      config: PAPER.calibration,
      steps: paperSteps,
      subjects: paperSubjects,
      workResolution: null,
      refined: false,
    });
    return paper;
  };
  return {
    base,
    async refined(row) {
      const from = await base(row);
      const nets = isPaper(row) ? paper : null;
      const copy = `${work}/${digest(nets, row.config, steps, subjects)}`;
      await copyModel(files, from, copy, withoutRefiner);
      await trainRefiner(platform, { ...COMMON, model: copy, config: row.config, steps, subjects });
      return copy;
    },
  };
}
