import type { ViewRange } from '@turnaround/plugin/asset';
import { Command } from 'commander';
import { generateByQueue, generateInThreads } from '../batch/index.ts';
import { requireCharacters } from '../pipeline/characters/run-batch.ts';
import { GENERATE_DEFAULTS, type GenerateResult } from '../pipeline/generate.ts';
import type { NoiseMode } from '../pipeline/turning-noise.ts';
import { openStandIns } from '../platform/stand-ins/index.ts';
import { parseSeeds, realNumber, wholeNumber, yawRange } from './arguments.ts';
import { formatOption, geometryOption, noiseOption, trianglesOption } from './character-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';
import { endpointOption } from './storage-options.ts';
import type { Terminal } from './terminal.ts';

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
  readonly noise: NoiseMode;
  readonly reject: boolean;
  readonly diverse: boolean;
  readonly queue?: string;
  readonly s3Endpoint?: string;
}

/** Threads that pack what is drawn; each takes some 300 MB, and one that draws keeps no more than a few busy. */
const MOST_PACKERS = 4;

/** `turnaround generate`: seeds become characters. */
export function generateCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('generate')
      .description(
        'Make characters: one .glb a seed, a contact sheet and a manifest; a second run goes on where the first ended',
      )
      .requiredOption('--model <folder>', 'model folder written by turnaround import')
      .requiredOption('--seeds <list>', 'seeds such as 0-99,200', parseSeeds)
      .requiredOption('--out <folder>', 'folder to write, or s3://bucket/prefix')
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
      .addOption(noiseOption())
      .option('--keep-views', 'also write every view as a picture', false)
      .option(
        '--reject',
        'leave out characters whose views fail the model’s own checks: turn reached, views that agree, matte; the ' +
          'manifest says why',
        false,
      )
      .option(
        '--diverse',
        'leave out characters that look like one before them; the manifest says like which',
        false,
      )
      .option(
        '--queue <url>',
        'have them made by turnaround worker, on as many machines as there are: Redis, such as redis://localhost:6379; ' +
          'workers must reach --model (or have their own copy) and --out',
      )
      .addOption(endpointOption()),
  ).action(async (options: Options) => {
    const { platform, terminal, where } = await openMachine(options, signal);
    const { queue, s3Endpoint: endpoint = null } = options;
    const machine = { ...platform, openStandIns };
    const recipe = {
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
      noise: options.noise,
      reject: options.reject,
      diverse: options.diverse,
    };
    try {
      const result =
        queue === undefined
          ? await generateInThreads(machine, recipe, {
              ...{ where, endpoint, packers: Math.min(options.threads, MOST_PACKERS) },
              placement: options.placement ?? false,
              log: (message) => terminal.warn(message),
            })
          : await generateByQueue(machine, recipe, { queue, endpoint });
      requireCharacters(result);
      showResult(terminal, options.out, result);
    } finally {
      terminal.close();
    }
  });
}

function showResult(terminal: Terminal, out: string, result: GenerateResult): void {
  const { made, kept, characters, dropped, failed, calibrated, degrees } = result;
  const degreesSaid = degrees.map((d) => `${Math.round(d)}°`).join(' ');
  terminal.result(result, [
    `${made} made, ${kept} already there: ${out}/*.glb`,
    ...dropped.map(({ seed, reasons }) => `left out ${seed}: ${reasons.join('; ')}`),
    ...failed.map(({ seed, error }) => `failed ${seed}: ${error}`),
    ...(characters.length > 0
      ? [`contact sheet: ${out}/contact-sheet.png, views at ${calibrated ? '' : 'about '}${degreesSaid}`]
      : []),
  ]);
  // The rest is there, but it is not all that was asked for.
  if (failed.length > 0) process.exitCode = 1;
}
