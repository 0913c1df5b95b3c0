/**
 * Whether a calibrated model's views show the degrees that were asked for, as the shared judge reads them.
 *
 *   npm run bench:degrees -- --model DIR
 *
 * Twice: with the scale that the shape prior gives, and after the one number that a person would give off
 * calibration.png, for whom the judge reads the sheet's outermost views. Prints a table, then one JSON object as its
 * last line.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { degrees, radians } from '@turnaround/plugin/asset';
import { mean } from '../../generator/src/evaluation/index.ts';
import {
  type CalibratedModel,
  openCalibrated,
} from '../../generator/src/pipeline/calibrate/calibrated-model.ts';
import { sheetViews } from '../../generator/src/pipeline/calibrate/calibration-sheet.ts';
import { requireCalibration, rescaled } from '../../generator/src/pipeline/calibrate/set-degrees.ts';
import { type GanModel, loadGanModel } from '../../generator/src/pipeline/gan-model.ts';
import type { ModelCalibration } from '../../generator/src/pipeline/model-calibration.ts';
import { PipelineError } from '../../generator/src/pipeline/platform.ts';
import { requireDirection } from '../../generator/src/pipeline/sweep.ts';
import { viewSource } from '../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { type AskedYawFigures, askedYawFigures } from './truth/asked-yaw.ts';
import { openJudge } from './truth/judge.ts';

const ASKED = [-40, -30, -20, -10, 0, 10, 20, 30, 40].map(radians);
const TRUNCATION = 0.8;

/** Degrees of median error: what the default scale should reach, and what must be left after a person's number. */
const [DEFAULT_GOAL, PERSON_BAR] = [5, 4];

const USAGE = `usage: bench:degrees [options]
  --model DIR   calibrated model folder (models/portraits-128)
  --seeds N     subjects, from seed 0 (32)
  --data DIR    the portraits data with its judge (${portraits()})
  --threads N   of ONNX Runtime (2)
  --record      appends the JSON to test/bench/results.csv`;

const OPTIONS = {
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  seeds: { type: 'string', default: '32' },
  data: { type: 'string', default: portraits() },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { model: folder, seeds, data, threads, record } = readArguments(OPTIONS);
  const count = wholeNumber('seeds', seeds);
  const runtime = createRuntime({ threads: wholeNumber('threads', threads) });
  const files = createFiles();
  const judge = await openJudge(runtime, join(data, 'judges/judge.onnx'));
  const model = await loadGanModel(files, runtime, folder);
  const direction = requireDirection(model.manifest, folder);
  const shipped = requireCalibration(model.manifest, folder);
  const prior = rescaled(shipped, shipped.priorScale / shipped.scale);

  const withCalibration = async <T>(
    calibration: ModelCalibration,
    use: (model: GanModel, calibrated: CalibratedModel) => Promise<T>,
  ): Promise<T> => {
    const own = { ...model, manifest: { ...model.manifest, calibration } };
    const calibrated = (await openCalibrated({ files, runtime }, folder, own))!;
    try {
      return await use(own, calibrated);
    } finally {
      await calibrated.release();
    }
  };
  const measure = (calibration: ModelCalibration): Promise<AskedYawFigures> =>
    withCalibration(calibration, async (own, calibrated) => {
      const tools = { model: own, direction, calibrated, refiner: null, polisher: null, turning: null };
      const source = viewSource(tools, TRUNCATION);
      const [asked, read]: [number[], number[]] = [[], []];
      for (let seed = 0; seed < count; seed++) {
        const views = await source.views(seed, ASKED);
        asked.push(...ASKED);
        read.push(...(await judge.readYaw(views)));
      }
      return askedYawFigures(asked, read);
    });

  const seen = await withCalibration(prior, async (_, calibrated) => {
    const { yaws, rows } = await sheetViews(calibrated, direction);
    const outermost = rows.flatMap((row) => [row[0]!, row.at(-1)!]);
    const read = (await judge.readYaw(outermost)).map((yaw, k) => (k % 2 === 0 ? -yaw : yaw));
    return { believed: yaws.at(-1)!, shown: mean(read) };
  });
  const before = await measure(prior);
  const person = rescaled(prior, seen.shown / seen.believed);
  const after = await measure(person);
  await model.release();
  await judge.release();

  const row = (name: string, scale: number, { medianDeg, p90Deg, scale: left }: AskedYawFigures): string =>
    `${name.padEnd(34)} ${scale.toFixed(3)}   ${medianDeg.toFixed(2)}°  ${p90Deg.toFixed(2)}°  ${left.toFixed(3)}`;
  console.log(`${'scale'.padEnd(34)} value   median  90 %   read ÷ asked`);
  console.log(row('shape prior', prior.scale, before));
  console.log(row(`a person: ±${degrees(seen.shown).toFixed(1)}° outermost`, person.scale, after));
  const json = {
    bench: 'degrees',
    model: model.manifest.name,
    errorDefaultDeg: before.medianDeg,
    errorCalibratedDeg: after.medianDeg,
    scale: person.scale / prior.scale,
    priorScale: prior.scale,
    personScale: person.scale,
    shippedScale: shipped.scale,
    shippedScaleSource: shipped.scaleSource,
    outermostDeg: { believed: degrees(seen.believed), shown: degrees(seen.shown) },
    default: before,
    calibrated: after,
    met: { must: after.medianDeg <= PERSON_BAR, goal: before.medianDeg <= DEFAULT_GOAL },
    seeds: count,
    load: loadavg()[0],
  };
  console.log(JSON.stringify(json));
  if (record) appendResult(json);
}

await runBench(USAGE, main, [PipelineError]);
