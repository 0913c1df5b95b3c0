/**
 * The direction that turns a model's subjects, by the shared judge: the best screened candidate alone, and what the
 * gradient made of it. The judge is no part of the search.
 *
 *   npm run bench:direction
 *
 * Prints a table, then one JSON object as its last line.
 */
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleLatents, truncate } from '../../generator/src/gan/latents/index.ts';
import { float32, float32Data } from '../../generator/src/graph/index.ts';
import { openSearchInput } from '../../generator/src/pipeline/direction-input.ts';
import { searchDirection } from '../../generator/src/pipeline/direction-stage.ts';
import { IMPORT_DEFAULTS, importModel } from '../../generator/src/pipeline/import-model.ts';
import { type ModelManifest, readModelFile } from '../../generator/src/pipeline/model-manifest.ts';
import type { Platform } from '../../generator/src/pipeline/platform.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../generator/src/platform/worker-training-runtime.ts';
import { portraits } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { candidateOf, type JudgedDirection, judgeDirection } from './truth/direction-bench.ts';
import { IDENTITY_TURNS } from './truth/direction-figures.ts';
import { TruthError } from './truth/errors.ts';
import { openJudge, type SharedJudge } from './truth/judge.ts';

/** Subjects that are judged, and the seed of their latents, which the search does not use. */
const [SUBJECTS, SEED] = [48, 77];

/** Truncation of the subjects, as the search's. */
const PSI = 0.8;

const OPTIONS = {
  models: { type: 'string', default: 'portraits-128,drifting-64' },
  data: { type: 'string', default: portraits() },
  out: { type: 'string', default: join(tmpdir(), 'turnaround-bench-direction') },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:direction [options]
  --models A,B      checkpoints A.pt and B.pt of the data (portraits-128,drifting-64)
  --data DIR        checkpoints and the judge, in the portraits' form (${portraits()})
  --out DIR         model folders; a second run goes on where the first ended
  --threads N       of ONNX Runtime (2)
  --record          appends the JSON to test/bench/results.csv`;

interface JudgedModel {
  /** The direction that the search took. */
  readonly taken: string;
  readonly component: JudgedDirection;
  readonly optimised: JudgedDirection;
}

async function benchModel(
  platform: Platform,
  judge: SharedJudge,
  checkpoint: string,
  folder: string,
): Promise<JudgedModel> {
  const imported = await importModel(platform, { ...IMPORT_DEFAULTS, checkpoint, out: folder, name: folder });
  const manifest = await searchDirection(platform, folder, imported, null);
  const [component, optimised] = [false, true].map((wanted) =>
    manifest.directionScores.find(
      ({ learned, warpGain }) => (learned !== undefined) === wanted && warpGain !== null,
    ),
  );
  if (!component || !optimised || !manifest.direction)
    throw new TruthError('data', `${folder}: expected a direction and a learned one, got neither or one`);
  const { input, release } = await openSearchInput(platform, folder, imported, null);
  const w = await subjects(platform, folder, manifest);
  const judged = {
    taken: manifest.direction.id,
    component: await judgeDirection(input, candidateOf(manifest, component), w, judge),
    optimised: await judgeDirection(input, candidateOf(manifest, optimised), w, judge),
  };
  await release();
  return judged;
}

async function subjects(
  { files, runtime }: Platform,
  folder: string,
  manifest: ModelManifest,
): Promise<Float32Array> {
  const mapping = await runtime.load(await readModelFile(files, folder, manifest, 'mapping.onnx'));
  const map = async (z: Float32Array, n: number) =>
    float32Data(await mapping.run({ z: float32(z, [n, manifest.zDim]) }), 'w');
  const w = await sampleLatents(map, manifest.zDim, { count: SUBJECTS, seed: SEED });
  await mapping.release();
  return truncate(w, Float32Array.from(manifest.wAverage), PSI);
}

const number = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '–';

function table(models: Readonly<Record<string, JudgedModel>>): string {
  const lines = [
    [
      '',
      'r',
      'reach °',
      'worst Spearman',
      'zero ° (σ)',
      '° a unit',
      `identity at ${IDENTITY_TURNS.join(' ')}°`,
    ],
  ];
  for (const [name, { taken, component, optimised }] of Object.entries(models))
    for (const judged of [component, optimised])
      lines.push([
        `${name} ${judged.id}${judged.id === taken ? ' *' : ''}`,
        number(judged.mirrorRatio, 3),
        judged.reach.map((yaw) => number(yaw, 0)).join('..'),
        number(judged.worstSpearman, 3),
        `${number(judged.zeroDeg, 1)} (${number(judged.zeroSigmaDeg, 1)})`,
        number(judged.degreesPerUnit, 1),
        judged.identity.map((cosine) => number(cosine, 3)).join(' '),
      ]);
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return [
    ...lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('   ')),
    '* taken by the search',
  ].join('\n');
}

async function main(): Promise<void> {
  const { models, data, out, threads: count, record } = readArguments(OPTIONS);
  const threads = wholeNumber('threads', count);
  const runtime = createRuntime({ threads });
  const platform: Platform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime,
    openTraining: () => createWorkerTrainingRuntime({ threads }),
    signal: new AbortController().signal,
    progress: ({ done, total, text }) => {
      if (done % 25 === 0) console.error(`direction ${done}/${total} ${text ?? ''}`);
    },
    warn: (message) => console.error(message),
  };
  const judge = await openJudge(runtime, join(data, 'judges', 'judge.onnx'));
  const judged: Record<string, JudgedModel> = {};
  for (const name of models.split(','))
    judged[name] = await benchModel(platform, judge, join(data, `${name}.pt`), join(out, name));
  await judge.release();
  const json = { bench: 'direction', subjects: SUBJECTS, seed: SEED, ...judged, load: loadavg()[0] };
  console.log(table(judged));
  console.log(JSON.stringify(json));
  if (record) appendResult(json);
}

await runBench(USAGE, main);
