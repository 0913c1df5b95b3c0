import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { afterAll, expect, test } from 'vitest';
import { EVALUATE_DEFAULTS, evaluateModels } from '../../../../generator/src/pipeline/evaluate/evaluate.ts';
import type { EvaluatePlatform } from '../../../../generator/src/pipeline/evaluate/readers.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../../generator/src/platform/onnx-runtime.ts';
import { MODEL, uncalibratedModel } from '../../cli/run.ts';

/** A machine without stand-ins, and a second model that is not calibrated: what is left to measure, and what is said. */

const out = mkdtempSync(join(tmpdir(), 'turnaround-bare-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const other = uncalibratedModel();

test('measures what needs no reader, and says what is missing', async () => {
  const platform: EvaluatePlatform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime({ threads: 1 }),
    openTraining: () => expect.unreachable('evaluation trains nothing'),
    openStandIns: async () => null,
    signal: new AbortController().signal,
    progress: () => {},
    warn: (message) => expect.unreachable(message),
  };
  const report = await evaluateModels(platform, {
    ...EVALUATE_DEFAULTS,
    model: MODEL,
    against: [other],
    out,
    subjects: 2,
    views: 3,
    range: { minimum: radians(-20), maximum: radians(20) },
    matte: null,
    real: null,
    realSubjects: null,
    ablation: null,
    readers: { inception: null, identity: null, yaw: null },
  });
  expect(report.missing.map((line) => line.split(':')[0])).toEqual([
    'no yaw reader',
    'no features for distances between distributions',
    'no identity network',
    'no real pictures',
    'a model is not calibrated',
  ]);
  const [calibrated, plain] = report.models.map(({ methods }) => methods[0]!);
  expect(calibrated!.zones.map(({ zone }) => zone)).toEqual(['full']);
  expect(calibrated!.sweep['yawReached']).toBeNull();
  expect(calibrated!.sweep['yawOwn']!.value).toBeCloseTo(1, 0);
  expect(calibrated!.sweep['warpedPsnr']!.value).toBeGreaterThan(calibrated!.sweep['unwarpedPsnr']!.value);
  for (const metric of ['yawReached', 'yawOwn', 'warpedPsnr', 'identityDrift'])
    expect(plain!.sweep[metric]).toBeNull();
  expect(plain!.sweep['sharpness']!.value).toBeGreaterThan(0);
  const page = readFileSync(join(out, 'index.html'), 'utf8');
  for (const n of [2, 5]) expect(page).toContain(`<figure class="table" id="table-${n}">`);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
}, 600_000);
