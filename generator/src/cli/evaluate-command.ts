import { Command } from 'commander';
import { evaluateModels, REPORT_FILES } from '../pipeline/evaluate/evaluate.ts';
import { openStandIns } from '../platform/stand-ins/index.ts';
import { evaluationLines } from './evaluation-lines.ts';
import { addEvaluationOptions, type EvaluationOptions, evaluationOf } from './evaluation-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions, EvaluationOptions {
  readonly against?: readonly string[];
  readonly ablation?: string;
  readonly out?: string;
  readonly matte?: string;
}

/** `turnaround evaluate`: how well a model's subjects turn and stay themselves. */
export function evaluateCommand(signal: AbortSignal): Command {
  const command = new Command('evaluate')
    .description(
      'Measure how well a model turns its subjects: yaw reached, agreement of views, identity, sharpness, distance to real ' +
        'pictures; writes a page, a table and JSON',
    )
    .argument('<model>', 'model folder')
    .option('--against <models...>', 'model folders to hold it against')
    .option(
      '--ablation <file.csv>',
      'rows of an ablation, for a table of the page: a column row, then figures',
    )
    .option('--out <folder>', 'folder to write (default: MODEL/evaluation)')
    .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour');
  return addMachineOptions(addEvaluationOptions(command)).action(async (model: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    const out = options.out ?? `${model.replace(/[\\/]+$/, '')}/evaluation`;
    try {
      const report = await evaluateModels(
        { ...platform, openStandIns },
        {
          ...evaluationOf(options),
          model,
          against: options.against ?? [],
          ablation: options.ablation ?? null,
          out,
          matte: options.matte ?? null,
        },
      );
      terminal.result(report, [...evaluationLines(report), `look at ${out}/${REPORT_FILES.page}`]);
    } finally {
      terminal.close();
    }
  });
}
