import type { ViewRange } from '@turnaround/plugin/asset';
import { Command } from 'commander';
import { GENERATE_DEFAULTS, generateCharacters } from '../pipeline/generate.ts';
import { parseSeeds, realNumber, wholeNumber, yawRange } from './arguments.ts';
import { formatOption, geometryOption, trianglesOption } from './character-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly model: string;
  readonly seeds: readonly number[];
  readonly out: string;
  readonly views: number;
  readonly range?: ViewRange;
  readonly truncation: number;
  readonly matte?: string;
  readonly format: 'webp' | 'png';
  readonly triangles: number;
  readonly geometry: 'plain' | 'meshopt';
  readonly keepViews: boolean;
  readonly refine: boolean;
  readonly polish: number;
}

/** `turnaround generate`: seeds become characters. */
export function generateCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('generate')
      .description(
        'Make characters: one .glb a seed, a contact sheet and a manifest; a second run goes on where the first ended',
      )
      .requiredOption('--model <folder>', 'model folder written by turnaround import')
      .requiredOption('--seeds <list>', 'seeds such as 0-99,200', parseSeeds)
      .requiredOption('--out <folder>', 'folder to write')
      .option(
        '--views <count>',
        'views of each character',
        wholeNumber('--views', 1, 361),
        GENERATE_DEFAULTS.views,
      )
      .option(
        '--range <from:to>',
        'yaw of the first and last view in degrees, also as --range=-60:60 (default: that, or as far as the model turns)',
        yawRange,
      )
      .option(
        '--truncation <psi>',
        '1: as varied as the model; 0: always the average',
        realNumber('--truncation', 0, 2),
        GENERATE_DEFAULTS.truncation,
      )
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour')
      .addOption(formatOption(GENERATE_DEFAULTS.format))
      .addOption(trianglesOption(GENERATE_DEFAULTS.triangles))
      .addOption(geometryOption(GENERATE_DEFAULTS.geometry))
      .option('--no-refine', 'views by the direction alone, also where the model has learned to mend them')
      .option(
        '--polish <steps>',
        'steps of optimising each character’s views together, on top: better and slower',
        wholeNumber('--polish', 0, 1000),
        0,
      )
      .option('--keep-views', 'also write every view as a picture', false),
  ).action(async (options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const result = await generateCharacters(platform, {
        model: options.model,
        seeds: options.seeds,
        out: options.out,
        views: options.views,
        range: options.range ?? null,
        truncation: options.truncation,
        matte: options.matte ?? null,
        format: options.format,
        triangles: options.triangles,
        geometry: options.geometry,
        keepViews: options.keepViews,
        refine: options.refine ? null : false,
        polish: options.polish,
      });
      terminal.result(result, [
        `${result.made} made, ${result.kept} already there: ${options.out}/*.glb`,
        `contact sheet: ${options.out}/contact-sheet.png, views at ${result.calibrated ? '' : 'about '}${result.degrees.map((d) => `${Math.round(d)}°`).join(' ')}`,
      ]);
    } finally {
      terminal.close();
    }
  });
}
