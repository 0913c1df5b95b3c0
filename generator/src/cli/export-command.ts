import type { ViewRange } from '@turnaround/plugin/asset';
import { Command, Option } from 'commander';
import type { Backdrop } from '../impostor/index.ts';
import {
  EXPORT_DEFAULTS,
  type ExportResult,
  exportLive,
  exportSubject,
  type LiveResult,
} from '../pipeline/export/index.ts';
import type { NoiseMode } from '../pipeline/turning-noise.ts';
import { encodeFilm } from '../platform/encode-film.ts';
import { colour, realNumber, wholeNumber, yawRange } from './arguments.ts';
import { noiseOption, trianglesOption } from './character-options.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly model?: string;
  readonly seed?: number;
  readonly file?: string;
  readonly out?: string;
  readonly colmap: boolean;
  readonly ply: boolean;
  readonly turntable: boolean;
  readonly sprites: boolean;
  readonly obj: boolean;
  readonly frames?: number;
  readonly fps: number;
  readonly size?: number;
  readonly backdrop: Backdrop;
  readonly triangles: number;
  readonly live: boolean;
  readonly half: boolean;
  readonly views: number;
  readonly range: ViewRange;
  readonly upscale: number;
  readonly truncation: number;
  readonly refine: boolean;
  readonly noise: NoiseMode;
  readonly matte?: string;
}

/** Of one subject's views: not for `--live`, which writes a whole model. */
const OF_VIEWS =
  'seed views range upscale truncation noise matte colmap ply turntable sprites obj frames fps size backdrop triangles'.split(
    ' ',
  );

/** `turnaround export`: a subject's views for COLMAP and other tools of reconstruction, or a model as one network. */
export function exportCommand(signal: AbortSignal): Command {
  const command = addMachineOptions(
    new Command('export')
      .description(
        'Write a subject for other tools and engines: a turning animation, a sprite sheet, a mesh, a point cloud, pictures ' +
          'with known cameras for COLMAP; or a model as one network that draws while it turns',
      )
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
          'noise',
          'matte',
          'triangles',
        ]),
      )
      .option('--out <path>', 'folder to write; with --live the file (default: MODEL/live.onnx)')
      .option(
        '--turntable',
        'turntable.webp, a turn there and back; turntable.mp4 where ffmpeg is installed',
        false,
      )
      .option('--sprites', 'sprites.png and sprites.json, for engines without the plugin', false)
      .option('--obj', 'mesh.obj with its material and texture', false)
      .option(
        '--colmap',
        "images/ (without StyleGAN2's noise), masks/ and sparse/ in COLMAP's form, README.txt with its commands",
        false,
      )
      .option('--ply', 'cloud.ply, the depth of all views fused, and cloud.png, a look at it', false)
      .addOption(
        new Option(
          '--live',
          'one ONNX file: from w and a yaw to picture, alpha and depth; live.json for browsers',
        )
          .default(false)
          .conflicts([...OF_VIEWS, 'file']),
      )
      .option(
        '--half',
        'with --live: weights as float16, and a network that computes in it for GPUs that can, where the pictures stay what they are',
        false,
      )
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
        '--frames <count>',
        'pictures of the turn, one way, and of the sprites (default: 49, and the views)',
        wholeNumber('--frames', 2, 721),
      )
      .option(
        '--fps <count>',
        "the turn's pictures a second",
        wholeNumber('--fps', 1, 60),
        EXPORT_DEFAULTS.framesPerSecond,
      )
      .option(
        '--size <pixels>',
        "side of the turn's pictures and of sprites (default: a view's)",
        wholeNumber('--size', 16, 2048),
      )
      .addOption(
        new Option('--backdrop <#rrggbb>', 'colour behind the film, which has no alpha')
          .argParser(colour)
          .default(EXPORT_DEFAULTS.backdrop, '#282a30'),
      )
      .addOption(trianglesOption(EXPORT_DEFAULTS.triangles))
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
      .addOption(noiseOption())
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour'),
  );
  return command.action(async (options: Options) => {
    if (options.live) return writeLive(command, options, signal);
    if (options.half) command.error('error: --half: expected --live as well');
    return writeViews(command, options, signal);
  });
}

/** What may be written of a subject, by option. */
const WRITTEN = ['turntable', 'sprites', 'obj', 'ply', 'colmap'] as const;

async function writeViews(command: Command, options: Options, signal: AbortSignal): Promise<void> {
  const { model, seed, file, out } = options;
  if (out === undefined) return command.error('error: expected --out <path>, the folder to write');
  if (!WRITTEN.some((name) => options[name]))
    command.error(
      `error: expected one or more of ${WRITTEN.map((name) => `--${name}`).join(', ')}, or --live`,
    );
  if (file === undefined && (model === undefined || seed === undefined))
    command.error('error: expected --model and --seed, or --file');
  const { views, range, truncation, refine, matte = null } = options;
  const source =
    file === undefined ? { model: model!, seed: seed!, views, range, truncation, refine, matte } : { file };
  const { platform, terminal } = await openMachine(options, signal);
  try {
    const { frames = null, size = null, fps: framesPerSecond } = options;
    const result = await exportSubject(platform, encodeFilm, {
      ...options,
      ...{ source, out, frames, size, framesPerSecond },
    });
    terminal.result(result, viewLines(result, options.colmap));
  } finally {
    terminal.close();
  }
}

/** What was written of a subject, for people. */
function viewLines(
  { out, views, subject, refined, points, turntable, sprites, triangles }: ExportResult,
  colmap: boolean,
): string[] {
  const lines = [`${views} views of ${subject}${refined ? ', refined' : ''}`];
  if (turntable) {
    lines.push(`a turn there and back: ${turntable.map((name) => `${out}/${name}`).join(', ')}`);
    if (turntable.length === 1) lines.push('no film: ffmpeg is not installed');
  }
  if (sprites !== null) lines.push(`${sprites} sprites: ${out}/sprites.png, places in ${out}/sprites.json`);
  if (triangles !== null) lines.push(`a mesh of ${triangles} triangles: ${out}/mesh.obj`);
  if (points !== null) lines.push(`${points} points: ${out}/cloud.ply, seen in ${out}/cloud.png`);
  if (colmap) lines.push(`for COLMAP: ${out}/README.txt says how`);
  return lines;
}

async function writeLive(command: Command, options: Options, signal: AbortSignal): Promise<void> {
  const { model, out = null, refine, half } = options;
  if (model === undefined) return command.error('error: --live: expected --model <folder>');
  const { platform, terminal } = await openMachine(options, signal);
  try {
    const result = await exportLive(platform, { model, out, refine, half });
    terminal.result(result, liveLines(model, result));
  } finally {
    terminal.close();
  }
}

/** What `--live` wrote, for people. */
function liveLines(model: string, result: LiveResult): string[] {
  const { out, bytes, sha256, manifest, refined, refiner, half, halfOut } = result;
  const lines = [
    `${out}: ${(bytes / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`,
    manifest === null
      ? 'no live.json for browsers, which look for live.onnx'
      : `${manifest}: with mapping.onnx beside it, the folder is all that a browser needs`,
  ];
  if (!refined)
    lines.push(
      refiner ? 'without the refiner, as asked' : `without a refiner, since ${model} has not learned one`,
    );
  if (half)
    lines.push(
      `in float16: pictures ${half.pictureDb === null ? 'the same' : `within ${half.pictureDb.toFixed(1)} dB`}`,
    );
  if (halfOut !== null) lines.push(`${halfOut}: the same, computed in float16 by GPUs that can`);
  return lines;
}
