import { parseRange, type ViewRange } from '@turnaround/plugin/asset';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EVALUATE_DEFAULTS, evaluateModels, REPORT_FILES } from '../pipeline/evaluate/evaluate.ts';
import { NORMALISATIONS, type NormalisationName, type OnnxFile } from '../pipeline/evaluate/onnx-reader.ts';
import { openStandIns } from '../platform/stand-ins/index.ts';
import { realNumber, wholeNumber } from './arguments.ts';
import { evaluationLines } from './evaluation-lines.ts';
import { addMachineOptions, type MachineOptions, openMachine } from './machine.ts';

interface Options extends MachineOptions {
  readonly against?: readonly string[];
  readonly out?: string;
  readonly subjects: number;
  readonly views: number;
  readonly range: ViewRange;
  readonly firstSeed: number;
  readonly truncation: number;
  readonly matte?: string;
  readonly real?: string;
  readonly realCount: number;
  readonly realSubjects?: string;
  readonly inception?: string;
  readonly inceptionNormalisation: NormalisationName;
  readonly identity?: string;
  readonly identityNormalisation: NormalisationName;
  readonly yawReader?: string;
  readonly yawReaderNormalisation: NormalisationName;
}

const normalisation = (of: string): Option =>
  new Option(`--${of}-normalisation <name>`, `how the network of --${of} wants colours`)
    .choices(Object.keys(NORMALISATIONS))
    .default('-1..1');

/** `turnaround evaluate`: how well a model's subjects turn and stay themselves. */
export function evaluateCommand(signal: AbortSignal): Command {
  const { subjects, views, range, firstSeed, truncation, realCount } = EVALUATE_DEFAULTS;
  return addMachineOptions(
    new Command('evaluate')
      .description(
        'Measure how well a model turns its subjects: yaw reached, agreement of views, identity, sharpness, distance to real ' +
          'pictures; writes a page, a table and JSON',
      )
      .argument('<model>', 'model folder')
      .option('--against <models...>', 'model folders to hold it against')
      .option('--out <folder>', 'folder to write (default: MODEL/evaluation)')
      .option('--subjects <count>', 'subjects to draw', wholeNumber('--subjects', 1, 100_000), subjects)
      .option('--views <count>', 'views of each', wholeNumber('--views', 3, 361), views)
      .addOption(
        new Option('--range <from:to>', 'yaw of the first and last view in degrees')
          .argParser(readRange)
          .default(range, '-60:60'),
      )
      .option(
        '--first-seed <seed>',
        'subjects are this seed and those after it',
        wholeNumber('--first-seed', 0, 0xff000000),
        firstSeed,
      )
      .option(
        '--truncation <psi>',
        '1: as varied as the model; 0: always the average',
        realNumber('--truncation', 0, 2),
        truncation,
      )
      .option('--matte <model.onnx>', 'matting model, for backdrops that are not of one colour')
      .option('--real <folder>', 'real pictures, for distances between distributions')
      .option(
        '--real-count <count>',
        'most real pictures to read',
        wholeNumber('--real-count', 8, 1_000_000),
        realCount,
      )
      .option(
        '--real-subjects <folder>',
        'a folder of pictures for each of some real people: the ceiling of identity',
      )
      .option('--inception <model.onnx>', 'Inception-v3 features, for FID and KID (default: a stand-in)')
      .addOption(normalisation('inception'))
      .option('--identity <model.onnx>', 'ArcFace or CLIP, for IC (default: a stand-in)')
      .addOption(normalisation('identity'))
      .option('--yaw-reader <model.onnx>', 'yaw of a picture in degrees (default: a stand-in)')
      .addOption(normalisation('yaw-reader')),
  ).action(async (model: string, options: Options) => {
    const { platform, terminal } = await openMachine(options, signal);
    const file = (path: string | undefined, name: NormalisationName): OnnxFile | null =>
      path === undefined ? null : { path, normalisation: name };
    const out = options.out ?? `${model.replace(/[\\/]+$/, '')}/evaluation`;
    try {
      const report = await evaluateModels(
        { ...platform, openStandIns },
        {
          model,
          against: options.against ?? [],
          out,
          subjects: options.subjects,
          views: options.views,
          range: options.range,
          firstSeed: options.firstSeed,
          truncation: options.truncation,
          matte: options.matte ?? null,
          real: options.real ?? null,
          realCount: options.realCount,
          realSubjects: options.realSubjects ?? null,
          readers: {
            inception: file(options.inception, options.inceptionNormalisation),
            identity: file(options.identity, options.identityNormalisation),
            yaw: file(options.yawReader, options.yawReaderNormalisation),
          },
        },
      );
      terminal.result(report, [...evaluationLines(report), `look at ${out}/${REPORT_FILES.page}`]);
    } finally {
      terminal.close();
    }
  });
}

function readRange(text: string): ViewRange {
  try {
    const range = parseRange(text);
    if (range.minimum < range.maximum) return range;
    throw new Error(`range: expected FROM below TO, got ${text}`);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
