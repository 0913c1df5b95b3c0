import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { buildCommand } from './build-command.ts';
import { calibrateCommand } from './calibrate-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { exportCommand } from './export-command.ts';
import { generateCommand } from './generate-command.ts';
import { importCommand } from './import-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { reproduceCommand } from './reproduce-command.ts';
import { serveCommand } from './serve-command.ts';
import { trainCommand } from './train-command.ts';
import { workerCommand } from './worker-command.ts';

/** The command line. Wrong usage throws a CommanderError; so do `--help` and `--version`, with exit code 0. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('turnaround')
    .description('Turns a pre-trained StyleGAN2 into game characters whose faces turn with the camera')
    .version(VERSION)
    .showHelpAfterError('(--help shows what is expected)');
  for (const command of [
    importCommand(signal),
    trainCommand(signal),
    calibrateCommand(signal),
    generateCommand(signal),
    buildCommand(signal),
    evaluateCommand(signal),
    reproduceCommand(signal),
    exportCommand(signal),
    serveCommand(signal),
    workerCommand(signal),
    inspectCommand(),
    doctorCommand(),
  ])
    program.addCommand(command.copyInheritedSettings(program));
  const all = [program, ...program.commands];
  for (const command of all) command.exitOverride();
  return program;
}
