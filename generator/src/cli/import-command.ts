import { basename, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Precision } from '../gan/index.ts';
import { searchDirection } from '../pipeline/direction-stage.ts';
import { IMPORT_DEFAULTS, importModel } from '../pipeline/import-model.ts';
import type { ModelManifest } from '../pipeline/model-manifest.ts';
import { openMatte } from '../pipeline/open-matte.ts';
import { reachableDegrees } from '../pipeline/sweep.ts';
import { wholeNumber } from './arguments.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly out: string;
  readonly name?: string;
  readonly licence: string;
  readonly attribution: string;
  readonly precision: Precision;
  readonly direction?: string;
  readonly matte?: string;
  readonly samples: number;
}

/** `turnaround import`: a checkpoint becomes a model folder with a yaw direction. */
export function importCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('import')
      .description(
        'Read a StyleGAN2 checkpoint (NVIDIA .pkl or rosinality .pt), write a model folder, find its yaw direction',
      )
      .argument('<checkpoint>', 'the .pkl or .pt file; no code in it is run')
      .requiredOption('--out <folder>', 'model folder to write; a second run goes on where the first ended')
      .option('--name <name>', "name that characters carry (default: the folder's)")
      .option(
        '--licence <licence>',
        'licence of the model, for example CC0-1.0; it travels in every character',
        IMPORT_DEFAULTS.licence,
      )
      .option('--attribution <text>', 'whom characters credit', IMPORT_DEFAULTS.attribution)
      .addOption(
        new Option(
          '--precision <precision>',
          'float16-weights halves the file; float16 also computes in half precision',
        )
          .choices(['float32', 'float16-weights', 'float16'])
          .default(IMPORT_DEFAULTS.precision),
      )
      .option(
        '--direction <id>',
        'use this candidate as yaw, for example pca:1:0-6 or mirror:0-6 (see direction.png), instead of the best',
      )
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour')
      .option(
        '--samples <count>',
        'latents behind the principal components',
        wholeNumber('--samples', 1000, 1_000_000),
        IMPORT_DEFAULTS.pcaSamples,
      ),
  ).action(async (checkpoint: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    try {
      const imported = await importModel(platform, {
        checkpoint,
        out: options.out,
        name: options.name ?? basename(resolve(options.out)),
        licence: options.licence,
        attribution: options.attribution,
        precision: options.precision,
        pcaSamples: options.samples,
      });
      const { resolution, layers, wDim } = imported.manifest;
      terminal.say(
        `${imported.written ? 'wrote' : 'found'} ${options.out}: ${resolution}², ${layers} layers, W of ${wDim}`,
      );
      const matte = options.matte === undefined ? null : await openMatte(platform, options.matte);
      const manifest = await searchDirection(
        platform,
        options.out,
        imported,
        options.direction ?? null,
        matte,
      );
      terminal.result({ model: options.out, ...summary(manifest) }, describe(manifest, options.out));
      if (manifest.directionStatus !== 'found') process.exitCode = 1;
    } finally {
      terminal.close();
    }
  });
}

function summary({
  name,
  resolution,
  directionStatus,
  direction,
  directionScores,
  calibrated,
}: ModelManifest) {
  return {
    name,
    resolution,
    directionStatus,
    direction: direction && { ...direction, vector: undefined, probe: undefined, mean: undefined },
    directionScores,
    calibrated,
  };
}

function describe(manifest: ModelManifest, folder: string): string[] {
  const { direction } = manifest;
  if (!direction)
    return [
      `no yaw direction: none of the ${manifest.directionScores.length} candidates turns the subject`,
      `look at ${folder}/direction.png; if one of its rows does turn, take it with --direction ID`,
    ];
  const [least, most] = reachableDegrees(direction, manifest).map(Math.round);
  const turns = manifest.calibrated
    ? `turns from ${least}° to ${most}°`
    : `turns from about ${least}° to about ${most}° (estimated, not calibrated)`;
  return [
    `yaw direction ${direction.id}${direction.chosen ? ' (chosen by you)' : ''}: mirror ratio ${direction.mirrorRatio?.toFixed(2) ?? 'not measured'} (below 1 is a turn)`,
    turns,
    `best candidates: ${folder}/direction.png; another one: --direction ID`,
    ...(manifest.calibrated ? [] : [`for true degrees: turnaround train ${folder}`]),
    `next: turnaround generate --model ${folder} --seeds 0-3 --out out/${manifest.name}`,
  ];
}
