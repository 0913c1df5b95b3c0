import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  BUILD_DEFAULTS,
  buildCharacter,
  type PictureOrder,
  STEPS_FROM_MODEL,
} from '../pipeline/build/index.ts';
import { realNumber, wholeNumber } from './arguments.ts';
import { formatOption, geometryOption, trianglesOption } from './character-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly images: string;
  readonly out: string;
  readonly name?: string;
  readonly order: PictureOrder;
  readonly turns?: 'right' | 'left';
  readonly degrees?: number;
  readonly frontal?: number;
  readonly from?: string;
  readonly matte?: string;
  readonly size: number;
  readonly workResolution: number;
  readonly steps?: number;
  readonly format: 'webp' | 'png';
  readonly triangles: number;
  readonly geometry: 'plain' | 'meshopt';
  readonly licence: string;
  readonly attribution: string;
}

/** `turnaround build`: pictures of one subject that turns become a character. */
export function buildCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('build')
      .description(
        'Make a character of your own pictures: one subject that turns about an upright axis, from renders, another ' +
          'generator or a turntable; depth and angles are learned from them',
      )
      .requiredOption('--images <folder>', 'pictures of one size, in the order of their names')
      .requiredOption('--out <folder>', 'folder to write; a second run goes on where the first ended')
      .option('--name <name>', "of the character and its files (default: the pictures' folder's)", fileName)
      .addOption(
        new Option('--order <order>', 'names: checked against their looks; looks: found; unchecked: names')
          .choices(['names', 'looks', 'unchecked'])
          .default(BUILD_DEFAULTS.order),
      )
      .addOption(
        new Option(
          '--turns <way>',
          'which way the subject turns from picture to picture, as you see it (default: found)',
        ).choices(['right', 'left']),
      )
      .option(
        '--degrees <degrees>',
        'from the first picture to the last, if you know them (default: learned)',
        realNumber('--degrees', 1, 360),
      )
      .option(
        '--frontal <number>',
        'the picture that faces the camera, from 1 (default: found by symmetry)',
        wholeNumber('--frontal', 1, 100_000),
      )
      .option(
        '--from <model>',
        'calibrated model folder whose depth net is learned on, for subjects like its own (default: random weights)',
      )
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour')
      .option(
        '--size <pixels>',
        'largest side of a view; larger pictures are shrunk',
        wholeNumber('--size', 64, 2048),
        BUILD_DEFAULTS.size,
      )
      .option(
        '--work-resolution <pixels>',
        'side of the pictures that depth is learned from, a multiple of 16; 128 takes four times as long',
        workResolution,
        BUILD_DEFAULTS.workSide,
      )
      .option(
        '--steps <count>',
        `of learning depth and angles (default: ${BUILD_DEFAULTS.steps}, with --from ${STEPS_FROM_MODEL})`,
        wholeNumber('--steps', 1, 1_000_000),
      )
      .addOption(formatOption(BUILD_DEFAULTS.format))
      .addOption(trianglesOption(BUILD_DEFAULTS.triangles))
      .addOption(geometryOption(BUILD_DEFAULTS.geometry))
      .option(
        '--licence <licence>',
        'licence of the pictures, for example CC0-1.0; it travels in the character',
        BUILD_DEFAULTS.licence,
      )
      .option('--attribution <text>', 'whom the character credits', BUILD_DEFAULTS.attribution),
  ).action(async (options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    const name = options.name ?? basename(resolve(options.images));
    try {
      const { made, character } = await buildCharacter(platform, {
        images: options.images,
        out: options.out,
        name,
        order: options.order,
        turns: options.turns ?? null,
        degrees: options.degrees ?? null,
        frontal: options.frontal ?? null,
        from: options.from ?? null,
        matte: options.matte ?? null,
        size: options.size,
        workSide: options.workResolution,
        steps: options.steps ?? (options.from === undefined ? BUILD_DEFAULTS.steps : STEPS_FROM_MODEL),
        format: options.format,
        triangles: options.triangles,
        geometry: options.geometry,
        licence: options.licence,
        attribution: options.attribution,
      });
      const { views, turns, totalDegrees, degreesFrom, frontalFrom, warpError, unwarpedError } = character;
      const learned = degreesFrom === 'person' ? 'as you said' : 'learned; --degrees corrects it';
      terminal.result({ made, ...character }, [
        `${made ? 'made' : 'already there:'} ${options.out}/${character.file}, ${character.bytes} bytes, ${views.length} views`,
        `turns to the ${turns} by ${Math.round(totalDegrees)}° (${learned}); frontal by ${frontalFrom}`,
        `neighbours warped onto each other keep ${Math.round((100 * warpError) / unwarpedError)} % of their difference`,
        `look at ${options.out}/${name}.png: depth is warm where it is near`,
      ]);
    } finally {
      terminal.close();
    }
  });
}

function workResolution(text: string): number {
  const value = wholeNumber('--work-resolution', 32, 512)(text);
  if (value % 16 === 0) return value;
  throw new InvalidArgumentError(`Expected a multiple of 16 for --work-resolution but received ${text}`);
}

function fileName(text: string): string {
  if (/^[^\\/:*?"<>|]+$/.test(text) && !text.startsWith('.')) return text;
  throw new InvalidArgumentError(`Expected a file name for --name but received ${text}`);
}
