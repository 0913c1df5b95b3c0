import { Command } from 'commander';
import { CLAIMS, judge, type Reproduction, WAY_LABELS } from '../evaluation/reproduce/index.ts';
import { WORK_RESOLUTION } from '../pipeline/calibrate/work-side.ts';
import { REPRODUCTION_FILES, reproducePaper } from '../pipeline/reproduce/reproduce.ts';
import { openStandIns } from '../platform/stand-ins/index.ts';
import { wholeNumber } from './arguments.ts';
import { addEvaluationOptions, type EvaluationOptions, evaluationOf } from './evaluation-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions, EvaluationOptions {
  readonly out: string;
  readonly steps?: number;
  readonly trainingSubjects?: number;
  readonly seed: number;
  readonly workResolution?: number;
  readonly matte?: string;
}

/** `turnaround reproduce`: the paper's configuration beside GANSpace alone and turnaround's, on one page. */
export function reproduceCommand(signal: AbortSignal): Command {
  const command = new Command('reproduce')
    .description(
      'Train and measure GANSpace alone, the paper’s own configuration and turnaround’s on copies of one model, and write a page: ' +
        'the paper’s tables with these rows, its losses left out one by one, its claims with verdicts. A second run goes on',
    )
    .argument('<model>', 'model folder; nothing is written there')
    .requiredOption('--out <folder>', 'folder to write')
    .option(
      '--steps <count>',
      'steps of every training (default: as turnaround train)',
      wholeNumber('--steps', 1, 10_000_000),
    )
    .option(
      '--training-subjects <count>',
      'subjects of every training (default: as turnaround train)',
      wholeNumber('--training-subjects', 4, 100_000),
    )
    .option('--seed <number>', 'of trainings', wholeNumber('--seed', 0, 1000), 1)
    .option(
      '--work-resolution <pixels>',
      `side of the pictures to learn from (default: ${WORK_RESOLUTION}, or the model’s)`,
      wholeNumber('--work-resolution', 1, 1024),
    )
    .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour');
  return addMachineOptions(addEvaluationOptions(command)).action(async (model: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const found = await reproducePaper(
        { ...platform, openStandIns },
        {
          model,
          out: options.out,
          steps: options.steps ?? null,
          subjects: options.trainingSubjects ?? null,
          seed: options.seed,
          workResolution: options.workResolution ?? null,
          matte: options.matte ?? null,
          evaluation: evaluationOf(options),
        },
      );
      terminal.result(found, [
        ...verdictLines(found),
        ...found.missing,
        `look at ${options.out}/${REPRODUCTION_FILES.page}`,
      ]);
    } finally {
      terminal.close();
    }
  });
}

/** `holds (paper), fails (turnaround): Views keep …` */
const verdictLines = (found: Reproduction): string[] =>
  CLAIMS.map((claim) => {
    const verdicts = judge(claim, found).map(({ way, verdict }) => `${verdict} (${WAY_LABELS[way]})`);
    return `${verdicts.join(', ')}: ${claim.says}`;
  });
