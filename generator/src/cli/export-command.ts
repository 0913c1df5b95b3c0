import type { ViewRange } from '@turnaround/plugin/asset';
import { Command, Option } from 'commander';
import { EXPORT_DEFAULTS, exportReconstruction } from '../pipeline/export/index.ts';
import { realNumber, wholeNumber, yawRange } from './arguments.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly model?: string;
  readonly seed?: number;
  readonly file?: string;
  readonly out: string;
  readonly colmap: boolean;
  readonly ply: boolean;
  readonly views: number;
  readonly range: ViewRange;
  readonly upscale: number;
  readonly truncation: number;
  readonly refine: boolean;
  readonly matte?: string;
}

/** `turnaround export`: a subject's views for COLMAP and other tools of reconstruction. */
export function exportCommand(signal: AbortSignal): Command {
  const command = addMachineOptions(
    new Command('export')
      .description('Write a subject for other tools: pictures with known cameras for COLMAP, a point cloud')
      .option('--model <folder>', 'calibrated model folder')
      .option('--seed <number>', 'the subject', wholeNumber('--seed', 0, 0xffffffff))
      .addOption(
        new Option('--file <character.glb>', 'a character with depth, instead of model and seed').conflicts([
          'model',
          'seed',
          'views',
          'range',
          'truncation',
          'refine',
          'matte',
        ]),
      )
      .requiredOption('--out <folder>', 'folder to write')
      .option('--colmap', "images/, masks/ and sparse/ in COLMAP's form, README.txt with its commands", false)
      .option('--ply', 'cloud.ply, the depth of all views fused, and cloud.png, a look at it', false)
      .option(
        '--views <count>',
        'views, evenly spaced',
        wholeNumber('--views', 1, 361),
        EXPORT_DEFAULTS.views,
      )
      .addOption(
        new Option('--range <from:to>', 'yaw of the first and last view in degrees')
          .argParser(yawRange)
          .default(EXPORT_DEFAULTS.range, '-45:45'),
      )
      .option(
        '--upscale <factor>',
        "enlarges COLMAP's pictures: SIFT finds little in 128 pixels",
        wholeNumber('--upscale', 1, 8),
        EXPORT_DEFAULTS.upscale,
      )
      .option(
        '--truncation <psi>',
        '1: as varied as the model; 0: always the average',
        realNumber('--truncation', 0, 2),
        EXPORT_DEFAULTS.truncation,
      )
      .option('--no-refine', 'do not mend the views, even if the model has learned to')
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour'),
  );
  return command.action(async (options: Options) => {
    const { model, seed, file, out, colmap, ply, upscale } = options;
    if (!colmap && !ply) command.error('error: expected --colmap, --ply or both');
    if (file === undefined && (model === undefined || seed === undefined))
      command.error('error: expected --model and --seed, or --file');
    const { views, range, truncation, refine, matte = null } = options;
    const source =
      file === undefined ? { model: model!, seed: seed!, views, range, truncation, refine, matte } : { file };
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const result = await exportReconstruction(platform, { source, out, colmap, ply, upscale });
      const lines = [`${result.views} views of ${result.subject}${result.refined ? ', refined' : ''}`];
      if (colmap) lines.push(`for COLMAP: ${out}/README.txt says how`);
      if (ply) lines.push(`${result.points} points: ${out}/cloud.ply, seen in ${out}/cloud.png`);
      terminal.result(result, lines);
    } finally {
      terminal.close();
    }
  });
}
