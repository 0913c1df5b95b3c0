import { Command } from 'commander';
import { LEAST_DEGREES, MOST_DEGREES, setDegrees } from '../pipeline/calibrate/set-degrees.ts';
import { realNumber } from './arguments.ts';
import { describeCalibration, summariseCalibration } from './calibration-lines.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly degrees: number;
  readonly halfway?: number;
}

/** `turnaround calibrate`: a person says how far the outermost views are turned. */
export function calibrateCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('calibrate')
      .description(
        'Correct the scale of a trained model’s degrees by what calibration.png really shows; nothing is trained',
      )
      .argument('<model>', 'model folder that turnaround train has calibrated')
      .requiredOption(
        '--degrees <degrees>',
        'what the outermost views of calibration.png show, to either side: 45 is halfway to a profile',
        realNumber('--degrees', LEAST_DEGREES, MOST_DEGREES),
      )
      .option(
        '--halfway <degrees>',
        'what the views half-way to the outermost ones show, where that is not half as much',
        realNumber('--halfway', LEAST_DEGREES / 2, MOST_DEGREES),
      ),
  ).action(async (model: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const manifest = await setDegrees(platform, model, {
        outermost: options.degrees,
        halfway: options.halfway ?? null,
      });
      terminal.result({ model, ...summariseCalibration(manifest) }, describeCalibration(manifest, model));
    } finally {
      terminal.close();
    }
  });
}
