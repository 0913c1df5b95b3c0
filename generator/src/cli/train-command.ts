import { Command, Option } from 'commander';
import { CALIBRATION_CONFIGS } from '../calibration/configs.ts';
import { DEPTH_POSE_DEFAULTS } from '../pipeline/calibrate/depth-pose-stage.ts';
import { WORK_RESOLUTION } from '../pipeline/calibrate/work-side.ts';
import { TRAINING_STAGES, type TrainingStageResult } from '../pipeline/training-stages.ts';
import { wholeNumber } from './arguments.ts';
import { describeCalibration, summariseCalibration } from './calibration-lines.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly stage?: string;
  readonly config: string;
  readonly steps: number;
  readonly subjects: number;
  readonly seed: number;
  readonly workResolution?: number;
  readonly matte?: string;
  readonly previews?: string;
  readonly restart: boolean;
}

const stageNames = TRAINING_STAGES.map(({ name }) => name);

/** `turnaround train`: a model learns from its own pictures what it takes to turn its subjects truly. */
export function trainCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('train')
      .description(
        'Learn depth and true degrees from nothing but the model’s own pictures; a second run goes on where the first ended',
      )
      .argument('<model>', 'model folder written by turnaround import')
      .addOption(new Option('--stage <name>', 'only this stage (default: all)').choices(stageNames))
      .addOption(
        new Option('--config <name>', 'how depth and pose are learned')
          .choices(CALIBRATION_CONFIGS.map(({ name }) => name))
          .default(CALIBRATION_CONFIGS[0]!.name),
      )
      .option(
        '--steps <count>',
        'steps of training',
        wholeNumber('--steps', 1, 10_000_000),
        DEPTH_POSE_DEFAULTS.steps,
      )
      .option(
        '--subjects <count>',
        'subjects to learn from',
        wholeNumber('--subjects', 4, 100_000),
        DEPTH_POSE_DEFAULTS.subjects,
      )
      .option(
        '--seed <number>',
        'of subjects and weights',
        wholeNumber('--seed', 0, 1000),
        DEPTH_POSE_DEFAULTS.seed,
      )
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
      const results: Record<string, TrainingStageResult> = {};
      for (const stage of TRAINING_STAGES)
        if (options.stage === undefined || options.stage === stage.name)
          results[stage.name] = await stage.run(platform, {
            model,
            config: CALIBRATION_CONFIGS.find(({ name }) => name === options.config)!,
            steps: options.steps,
            subjects: options.subjects,
            seed: options.seed,
            workResolution: options.workResolution ?? null,
            matte: options.matte ?? null,
            previews: options.previews ?? null,
            restart: options.restart,
          });
      const last = Object.values(results).at(-1)!;
      terminal.result({ model, ...summary(results), ...summariseCalibration(last.manifest) }, [
        ...Object.entries(results).map(
          ([name, { trained }]) => `${name}: ${trained ? 'trained' : 'already trained with these options'}`,
        ),
        ...describeCalibration(last.manifest, model),
      ]);
    } finally {
      terminal.close();
    }
  });
}

const summary = (results: Readonly<Record<string, TrainingStageResult>>) => ({
  stages: Object.fromEntries(Object.entries(results).map(([name, { trained }]) => [name, { trained }])),
});
