import type { WayId } from '../../evaluation/reproduce/index.ts';
import { PAPER_CONFIG, type PaperLossOptions, REFINER_CONFIG } from '../../refiner/index.ts';
import { parseJson, readModelManifest, withoutCalibration, withoutRefiner } from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { TRAINING_CONFIGS, type TrainingConfig } from '../training-configs.ts';
import { TRAINING_STAGES, type TrainingOptions, trainAll } from '../training-stages.ts';
import { copyModel } from './work-copies.ts';

/** Ways that have a model folder of their own: GANSpace alone is the paper's without its refiner. */
export type TrainedWay = Exclude<WayId, 'ganspace'>;

export interface TrainWaysOptions
  extends Pick<TrainingOptions, 'steps' | 'subjects' | 'seed' | 'workResolution' | 'matte'> {
  /** Model folder; nothing is written there. */
  readonly model: string;
  /** Folder of the work copies. */
  readonly out: string;
}

/** What each of the paper's losses is left out of. */
const LEFT_OUT: readonly (readonly [TrainedWay, keyof Omit<PaperLossOptions, 'kind' | 'reduction'>])[] = [
  ['without-latent', 'latent'],
  ['without-feature', 'feature'],
  ['without-warp', 'warp'],
];

const configOf = (name: string): TrainingConfig => TRAINING_CONFIGS.find((config) => config.name === name)!;

/** Folder of a way's work copy. */
export const wayFolder = (out: string, way: TrainedWay): string => `${out}/models/${way}`;

/**
 * Work copies of a model, each taught what its way needs and has not: `turnaround` keeps what the model knows already; the
 * paper's learns all of its own; those with a loss left out share its depth and pose nets. An interrupted run goes on.
 * @returns hours of training that each took here, in all runs; those that an interrupt or an error ended count
 * @throws PipelineError `reproduce-other` where the folder holds another model's copies, or other options'
 */
export async function trainWays(
  platform: Platform,
  options: TrainWaysOptions,
): Promise<Readonly<Record<TrainedWay, number | null>>> {
  const { files } = platform;
  const { model, out, steps, subjects, seed, workResolution, matte } = options;
  const { manifest, hash } = await readModelManifest(files, model);
  const { name } = manifest;
  await claimFolder(platform, out, hash, { steps, subjects, seed, workResolution, matte });
  const times = await openTimes(platform, out);
  const asked = (way: TrainedWay, config: TrainingConfig): TrainingOptions => ({
    model: wayFolder(out, way),
    config,
    ...{ steps, subjects, seed, workResolution, matte },
    previews: null,
    restart: false,
  });
  const refiner = TRAINING_STAGES.find((stage) => stage.name === 'refiner')!;

  const turnaround = asked('turnaround', configOf(REFINER_CONFIG.name));
  await copyModel(files, model, turnaround.model, (own) => ({ ...own, name: `${name}, turnaround` }));
  if (manifest.refiner?.config !== REFINER_CONFIG.name)
    await times.of('turnaround', () =>
      manifest.calibrated ? refiner.run(platform, turnaround) : trainAll(platform, turnaround),
    );

  const paper = asked('paper', configOf(PAPER_CONFIG.name));
  await copyModel(files, model, paper.model, (own) => ({
    ...withoutCalibration(own),
    name: `${name}, paper`,
  }));
  await times.of('paper', () => trainAll(platform, paper));

  for (const [way, loss] of LEFT_OUT) {
    const config: TrainingConfig = {
      ...paper.config,
      name: way,
      refiner: { ...PAPER_CONFIG, name: `paper ${way}`, loss: { ...PAPER_CONFIG.loss, [loss]: 0 } },
    };
    const ablation = asked(way, config);
    await copyModel(files, paper.model, ablation.model, (own) => ({
      ...withoutRefiner(own),
      name: `${name}, ${way.replace('-', ' ')}`,
    }));
    await times.of(way, () => refiner.run(platform, ablation));
  }
  return times.hours();
}

/** Refuses a folder of another model or other options: its copies would be kept. */
async function claimFolder(
  { files }: Pick<Platform, 'files'>,
  out: string,
  model: string,
  options: object,
): Promise<void> {
  const path = `${out}/reproduce.key`;
  const key = files.sha256(new TextEncoder().encode(JSON.stringify([model, options])));
  if (!(await files.exists(path))) return files.write(path, key);
  if (new TextDecoder().decode(await files.read(path)) !== key)
    throw new PipelineError(
      'reproduce-other',
      `${out}: expected an empty folder, or this model's with the same options of training, got another one's; ` +
        'give another --out',
    );
}

/** Seconds of training by way, kept in a file over runs. */
async function openTimes({ files }: Pick<Platform, 'files'>, out: string) {
  const path = `${out}/training-seconds.json`;
  const seconds: Record<string, number> = (await files.exists(path))
    ? (parseJson(await files.read(path), path) as Record<string, number>)
    : {};
  return {
    async of(way: TrainedWay, train: () => Promise<unknown>): Promise<void> {
      const start = performance.now();
      try {
        await train();
      } finally {
        seconds[way] = (seconds[way] ?? 0) + (performance.now() - start) / 1000;
        await files.write(path, JSON.stringify(seconds));
      }
    },
    hours(): Record<TrainedWay, number | null> {
      const of = (way: TrainedWay) => (seconds[way] === undefined ? null : seconds[way] / 3600);
      return {
        turnaround: of('turnaround'),
        paper: of('paper'),
        'without-latent': of('without-latent'),
        'without-feature': of('without-feature'),
        'without-warp': of('without-warp'),
      };
    },
  };
}
