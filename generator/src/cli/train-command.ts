import { Command, Option } from 'commander';
import { WORK_RESOLUTION } from '../pipeline/calibrate/work-side.ts';
import { TRAINING_CONFIGS } from '../pipeline/training-configs.ts';
import { TRAINING_STAGES, trainAll } from '../pipeline/training-stages.ts';
import { wholeNumber } from './arguments.ts';
import { describeCalibration, summariseCalibration } from './calibration-lines.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly stage?: string;
  readonly config: string;
  readonly steps?: number;
  readonly subjects?: number;
  readonly seed: number;
  readonly workResolution?: number;
  readonly matte?: string;
  readonly previews?: string;
  readonly restart: boolean;
}

const stageNames = TRAINING_STAGES.map(({ name }) => name);

/** `depth-pose 1800, refiner 600` */
const defaults = (what: 'steps' | 'subjects'): string =>
  TRAINING_STAGES.map((stage) => `${stage.name} ${stage.defaults[what]}`).join(', ');

/** `turnaround train`: a model learns from its own pictures what it takes to turn its subjects truly. */
export function trainCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('train')
      .description(
        'Learn depth, true degrees and how to mend turned subjects, from nothing but the model’s own pictures; a second run ' +
          'goes on where the first ended',
      )
      .argument('<model>', 'model folder written by turnaround import')
      .addOption(new Option('--stage <name>', 'only this stage (default: all)').choices(stageNames))
      .addOption(
        new Option('--config <name>', 'how it is learned')
          .choices(TRAINING_CONFIGS.map(({ name }) => name))
          .default(TRAINING_CONFIGS[0]!.name),
      )
      .option(
        '--steps <count>',
        `steps of training (default: ${defaults('steps')})`,
        wholeNumber('--steps', 1, 10_000_000),
      )
      .option(
        '--subjects <count>',
        `subjects to learn from (default: ${defaults('subjects')}; paper: depth-pose 200, refiner 800)`,
        wholeNumber('--subjects', 4, 100_000),
      )
      .option('--seed <number>', 'of subjects and weights', wholeNumber('--seed', 0, 1000), 1)
      .option(
        '--work-resolution <pixels>',
        `side of the pictures to learn from, where a larger model is cut (default: ${WORK_RESOLUTION}, or the model’s)`,
        wholeNumber('--work-resolution', 1, 1024),
      )
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour')
      .option(
        '--previews <folder>',
        'for pictures of depth and warps while it learns (default: MODEL/preview)',
      )
      .option('--restart', 'begin anew instead of going on or keeping what is there', false),
  ).action(async (model: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const asked = {
        model,
        config: TRAINING_CONFIGS.find(({ name }) => name === options.config)!,
        steps: options.steps ?? null,
        subjects: options.subjects ?? null,
        seed: options.seed,
        workResolution: options.workResolution ?? null,
        matte: options.matte ?? null,
        previews: options.previews ?? null,
        restart: options.restart,
      };
      const stage = TRAINING_STAGES.find(({ name }) => name === options.stage);
      const results = stage
        ? [{ stage: stage.name, ...(await stage.run(platform, asked)) }]
        : await trainAll(platform, asked);
      const last = results.at(-1)!;
      const stages = results.map(({ stage: name, trained }) => ({ stage: name, trained }));
      terminal.result({ model, stages, ...summariseCalibration(last.manifest) }, [
        ...stages.map(
          ({ stage: name, trained }) =>
            `${name}: ${trained ? 'trained' : 'already trained with these options'}`,
        ),
        ...describeCalibration(last.manifest, model),
        ...(asked.config.polish && last.manifest.refiner?.config === asked.config.refiner.name
          ? [`its views want a polish: turnaround generate --polish ${asked.config.polish.steps}`]
          : []),
      ]);
    } finally {
      terminal.close();
    }
  });
}
