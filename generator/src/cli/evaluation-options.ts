import { parseRange, type ViewRange } from '@turnaround/plugin/asset';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EVALUATE_DEFAULTS, type EvaluateOptions } from '../pipeline/evaluate/evaluate.ts';
import { NORMALISATIONS, type NormalisationName, type OnnxFile } from '../pipeline/evaluate/onnx-reader.ts';
import { realNumber, wholeNumber } from './arguments.ts';

/** What commands that measure models are told. */
export interface EvaluationOptions {
  readonly subjects: number;
  readonly views: number;
  readonly range: ViewRange;
  readonly firstSeed: number;
  readonly truncation: number;
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

/** Adds what subjects are drawn, what they are held against and who reads them. */
export function addEvaluationOptions(command: Command): Command {
  const { subjects, views, range, firstSeed, truncation, realCount } = EVALUATE_DEFAULTS;
  return command
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
    .addOption(normalisation('yaw-reader'));
}

/** The same for the pipeline. */
export function evaluationOf(
  options: EvaluationOptions,
): Omit<EvaluateOptions, 'model' | 'against' | 'ablation' | 'out' | 'matte'> {
  const file = (path: string | undefined, name: NormalisationName): OnnxFile | null =>
    path === undefined ? null : { path, normalisation: name };
  return {
    subjects: options.subjects,
    views: options.views,
    range: options.range,
    firstSeed: options.firstSeed,
    truncation: options.truncation,
    real: options.real ?? null,
    realCount: options.realCount,
    realSubjects: options.realSubjects ?? null,
    readers: {
      inception: file(options.inception, options.inceptionNormalisation),
      identity: file(options.identity, options.identityNormalisation),
      yaw: file(options.yawReader, options.yawReaderNormalisation),
    },
  };
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
