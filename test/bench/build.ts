/**
 * Pictures from anywhere to a character: 25 views of a person at hidden uneven angles, images only, through
 * `turnaround build`'s own stage; yaw and depth are read from the .glb and judged by the truth.
 *
 *   npm run bench:build -- --subjects 0,4,8,12
 *
 * Prints a table, then one JSON object as its last line.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../generator/src/evaluation/index.ts';
import { BUILD_DEFAULTS, STEPS_FROM_MODEL } from '../../generator/src/pipeline/build/index.ts';
import { portraits } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult, circumstances } from './results.ts';
import { type BuiltFigures, buildPerson } from './truth/build-person.ts';
import { TruthError } from './truth/errors.ts';
import { openSweeps } from './truth/sweeps.ts';

const OPTIONS = {
  subjects: { type: 'string', default: '0,4,8,12' },
  data: { type: 'string', default: portraits() },
  out: { type: 'string' },
  views: { type: 'string', default: '25' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: '2' },
  steps: { type: 'string' },
  'work-resolution': { type: 'string', default: String(BUILD_DEFAULTS.workSide) },
  from: { type: 'string' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:build [options]
  --subjects LIST       people of the sweeps (0,4,8,12)
  --data DIR            sweeps with truth, in the portraits' form (${portraits()})
  --out DIR             keeps the characters there
  --views N             pictures of each person (25)
  --seed N              which views are taken (1)
  --threads N           of ONNX Runtime (2)
  --steps N             of training (${BUILD_DEFAULTS.steps}, with --from ${STEPS_FROM_MODEL})
  --work-resolution R   side that depth is learned at (${BUILD_DEFAULTS.workSide})
  --from MODEL          begins from that model's depth net
  --record              appends the JSON to test/bench/results.csv`;

/** What medians must reach, and should. */
const BARS = {
  must: { yawSpearman: 0.98, depthPearson: 0.8, minutes: 10 },
  goal: { yawSpearman: 0.98, depthPearson: 0.95, minutes: 10 },
};

async function main(): Promise<void> {
  const values = readArguments(OPTIONS);
  const subjects = values.subjects.split(',').map((text) => wholeNumber('subjects', text, 0));
  const usual = values.from === undefined ? BUILD_DEFAULTS.steps : STEPS_FROM_MODEL;
  const steps = values.steps === undefined ? usual : wholeNumber('steps', values.steps);
  const sweeps = openSweeps(values.data, 128);
  const unknown = subjects.filter((subject) => !sweeps.subjects.includes(subject));
  if (unknown.length > 0)
    throw new TruthError('usage', `--subjects: expected some of ${sweeps.subjects}, got ${unknown}`);
  const folder = values.out ?? mkdtempSync(join(tmpdir(), 'turnaround-bench-build-'));
  mkdirSync(folder, { recursive: true });
  const people: BuiltFigures[] = [];
  for (const subject of subjects) {
    const figures = await buildPerson(await sweeps.load(subject), {
      data: values.data,
      folder,
      views: wholeNumber('views', values.views),
      seed: wholeNumber('seed', values.seed, 0),
      threads: wholeNumber('threads', values.threads),
      steps,
      from: values.from ?? null,
      workSide: wholeNumber('work-resolution', values['work-resolution']),
      onProgress: (text) => console.error(`person ${subject}: ${text}`),
    });
    people.push(figures);
    console.log(line(figures));
  }
  if (values.out === undefined) rmSync(folder, { recursive: true });
  const of = (pick: (figures: BuiltFigures) => number) => Number(median(people.map(pick)).toFixed(4));
  const medians = {
    yawSpearman: of(({ yawSpearman }) => yawSpearman),
    yawMedianDeg: of(({ yawMedianDeg }) => yawMedianDeg),
    depthPearson: of(({ depthPearson }) => depthPearson),
    minutes: of(({ minutes }) => minutes),
    glbValid: people.every(({ glbValid }) => glbValid),
  };
  const meets = (bar: (typeof BARS)['must']) =>
    medians.yawSpearman >= bar.yawSpearman &&
    medians.depthPearson >= bar.depthPearson &&
    medians.minutes <= bar.minutes &&
    medians.glbValid;
  const json = {
    bench: 'build',
    ...medians,
    must: meets(BARS.must),
    goal: meets(BARS.goal),
    steps,
    from: values.from ?? null,
    workSide: wholeNumber('work-resolution', values['work-resolution']),
    people,
    ...circumstances(),
  };
  console.log(
    `median: Spearman ${medians.yawSpearman}, yaw ${medians.yawMedianDeg}°, depth Pearson ${medians.depthPearson}, ` +
      `${medians.minutes} minutes; must ${json.must ? 'met' : 'missed'}, goal ${json.goal ? 'met' : 'missed'}`,
  );
  console.log(JSON.stringify(json));
  if (values.record) appendResult(json);
}

const line = (f: BuiltFigures): string =>
  `person ${f.subject}: turns ${f.turns}, Spearman ${f.yawSpearman}, yaw ${f.yawMedianDeg}° (scale ${f.yawScale}), ` +
  `frontal off by ${f.frontalDeg}° (${f.frontalFrom}), depth Pearson ${f.depthPearson} (worst view ${f.depthPearsonWorst}), ` +
  `${f.minutes} minutes, GLB ${f.glbValid ? 'valid' : 'NOT valid'}, ${f.bytes} bytes`;

await runBench(USAGE, main);
